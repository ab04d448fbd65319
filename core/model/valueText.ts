import { BASIC, floatText, type Summary, type Type, unmodified, type Value } from '../types/index.ts';
import type { Format, Radix } from './format.ts';

/**
 * A value behind the colon of dx: `0x8eed57b000`, `5`, `65 'A'`, `true`, `"text"`, `{4160749568}`. Undefined for objects
 * that have members and no value (samples.md, section 6, and the manual's page of dx).
 */
export function valueText(value: Value, format: Format = {}): string | undefined {
  switch (value.kind) {
    case 'integer': {
      const number = numberText(value.value, value.size, value.signed, format.radix);
      // bytes are numbers to dx, char and wchar_t characters
      const isCharacter = value.character !== undefined && (value.signed || value.size > 1);
      return isCharacter || format.character ? `${number} '${characterOf(value)}'` : number;
    }
    case 'bool':
      return String(value.value);
    case 'float':
      return floatText(value.value, value.size);
    case 'enum':
      return named(value.name, numberText(value.value, value.size, true, format.radix), format);
    case 'bits':
      return named(value.name, numberText(value.value, 8, false, format.radix), format);
    case 'pointer':
      return pointerText(value, format);
    case 'text':
      if (value.unreadable !== undefined) return unreadableText(value.unreadable);
      return quoted(value.text, format);
    case 'record':
      return value.summary && summaryText(value.summary, format);
    case 'missing':
      return unreadableText(value.address);
    case 'array':
    case 'none':
      return undefined;
  }
}

/** What stands in place of what the dump does not hold. */
export function unreadableText(address: bigint): string {
  return `Unable to read memory at Address 0x${address.toString(16)}`;
}

function characterOf({ value, character }: Value & { kind: 'integer' }): string {
  if (character !== undefined) return character;
  return value >= 0x20n && value < 0x7fn ? String.fromCharCode(Number(value)) : '';
}

function named(name: string | undefined, number: string, { nameOnly }: Format): string {
  if (name === undefined) return number;
  return nameOnly ? name : `${name} (${number})`;
}

function pointerText({ address, pointee, target }: Value & { kind: 'pointer' }, format: Format): string {
  const at = numberText(address, 8, false, format.radix);
  if (address === 0n || !pointee || isFunction(target) || format.character) return at;
  // bytes behind a pointer are no text unless that is asked for
  if (pointee.kind === 'text' && isByte(target) && !format.text) return at;
  const behind = valueText(pointee, format);
  if (behind === undefined) return at;
  const alone = format.noAddress === true || (pointee.kind === 'text' && format.text !== undefined);
  return alone ? behind : `${at} : ${behind}`;
}

/** Whether a type is of bytes: `unsigned char`, or an array of them. */
function isByte(type: Type): boolean {
  const t = unmodified(type);
  const of = t.kind === 'array' ? unmodified(t.element) : t;
  return of.kind === 'basic' && of.name === BASIC.uchar.name;
}

function isFunction(type: Type): boolean {
  return type.kind === 'procedure';
}

function summaryText(summary: Summary, format: Format): string | undefined {
  switch (summary.kind) {
    case 'string':
      return quoted(summary.text, format);
    case 'unreadable string':
      return unreadableText(summary.address);
    case 'quad':
      return `{${BigInt.asIntN(64, summary.value)}}`;
    case 'guid':
    case 'visualized':
      return summary.text;
    case 'container':
      return `{ size=${numberText(BigInt(summary.size), 8, false, format.radix)} }`;
    case 'pair': {
      const parts = [summary.first, summary.second].map((v) => valueText(v, format) ?? '{...}');
      return `(${parts.join(', ')})`;
    }
    case 'smart pointer':
      return summary.pointer.address === 0n ? 'empty' : valueText(summary.pointer, format);
    case 'optional':
      return summary.value ? (valueText(summary.value, format) ?? '{...}') : 'nullopt';
    case 'variant':
      return `{ index=${summary.index} }`;
    case 'links':
      return undefined;
  }
}

function quoted(text: string, { text: asked }: Format): string {
  return asked?.bare ? text : `"${text}"`;
}

/** A number as dx writes it: signed ones in decimal, others in hexadecimal, unless a radix is asked for. */
function numberText(value: bigint, size: number, signed: boolean, radix: Radix | undefined): string {
  const bits = BigInt.asUintN(size * 8, value);
  switch (radix ?? (signed ? 'd' : 'x')) {
    case 'd':
      return String(signed ? value : bits);
    case 'o':
      return `0${bits.toString(8)}`;
    case 'b':
      return `0y${bits.toString(2)}`;
    case 'x':
      return `0x${bits.toString(16)}`;
  }
}
