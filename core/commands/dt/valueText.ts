/**
 * Values in dt's words. Facts of format from samples.md (section 6) and from outputs of the debugger in public notes:
 * unsigned numbers below ten stand alone and others in hexadecimal, signed ones in decimal after `0n`, enums in
 * hexadecimal without a prefix, characters with `0x` even below ten.
 */
import { formatAddress } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import {
  cTypeName,
  dtTypeName,
  floatText,
  type Summary,
  type Type,
  unmodified,
  type Value,
} from '../../types/index.ts';
import { inDefaultRadix, type NumberStyle } from './numberText.ts';

export interface ValueStyle {
  readonly pointerSize: 4 | 8;
  /** -b: no word of what a pointer points to */
  readonly blocks: boolean;
  /** -v: records with their size */
  readonly verbose: boolean;
  /** what `.typeopt` and `n` say; absent where they do not count */
  readonly numbers?: NumberStyle;
  /** -f: pointers to functions with their parameters */
  readonly functionFormat?: boolean;
  describe(address: Address): string | undefined;
}

/** Bit fields from this length on repeat their value as a number: `0y00100 (0x4)`. */
const BITS_WITH_NUMBER = 5;

/** A value as dt prints it behind the colon. */
export function valueText(value: Value, style: ValueStyle): string {
  switch (value.kind) {
    case 'integer': {
      const chosen = inDefaultRadix(value, style.numbers);
      if (chosen !== undefined) return chosen;
      if (value.character === undefined) return value.signed ? `0n${value.value}` : unsignedText(value.value);
      const number = value.signed ? String(value.value) : hexText(value.value);
      return `${number} '${value.character}'`;
    }
    case 'bool':
      return unsignedText(BigInt(value.raw));
    case 'float':
      return floatText(value.value, value.size);
    case 'enum':
      return `${BigInt.asUintN(value.size * 8, value.value).toString(16)} ${enumerator(value.name)}`;
    case 'bits':
      return bitsText(value.value, value.length, value.name);
    case 'pointer':
      return pointerText(value, style);
    case 'text':
      return `${value.count === undefined ? '' : `[${value.count}]`}  ${quoted(value, style.pointerSize)}`;
    case 'array':
      return `[${value.count}] ${value.first ? valueText(value.first, style) : dtTypeName(value.element)}`;
    case 'record':
      return `${recordName(value.record, style.verbose)}${value.summary ? ` ${summaryText(value.summary, style)}` : ''}`;
    case 'missing':
      return value.pointer ? '???? ' : '??';
    case 'none':
      return '';
  }
}

/** The content of a well-known structure: `"text"`, `[ 0x… - 0x… ]`, `0x12`, `{…}`. */
export function summaryText(summary: Summary, style: ValueStyle): string {
  const { pointerSize } = style;
  switch (summary.kind) {
    case 'string':
      return `"${summary.text}"`;
    case 'unreadable string':
      return unreadableText(summary.address, pointerSize);
    case 'links':
      return `[ ${linkText(summary.flink, pointerSize)} - ${linkText(summary.blink, pointerSize)} ]`;
    case 'quad':
      return wideHex(summary.value);
    case 'guid':
    case 'visualized':
      return summary.text;
    case 'container':
      return `{ size=${unsignedText(BigInt(summary.size))} }`;
    case 'pair':
      return `(${valueText(summary.first, style).trim()}, ${valueText(summary.second, style).trim()})`;
    case 'smart pointer':
      return smartPointerText(summary, style);
    case 'optional':
      return summary.value ? valueText(summary.value, style) : 'nullopt';
    case 'variant': {
      if (summary.index < 0) return '[valueless_by_exception]';
      const value = summary.value ? `, value=${valueText(summary.value, style).trim()}` : '';
      return `{ index=${summary.index}${value} }`;
    }
  }
}

function smartPointerText(summary: Summary & { kind: 'smart pointer' }, style: ValueStyle): string {
  const { pointer, uses, weaks } = summary;
  if (pointer.address === 0n) return 'empty';
  const counts = [countText(uses, 'strong ref'), countText(weaks || undefined, 'weak ref')]
    .filter(Boolean)
    .join(', ');
  return `${valueText(pointer, style).trimEnd()}${counts === '' ? '' : ` [${counts}]`}`;
}

function countText(count: number | undefined, what: string): string {
  return count === undefined ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** An address with `0x`, padded: `0x77294760`, ``0x00000191`81810740``. */
export function addressText(address: Address, pointerSize: 4 | 8): string {
  return `0x${formatAddress(address, pointerSize)}`;
}

/** Pointers and arrays around what -v describes; a malformed type may go round in a circle. */
const WRAPPINGS = 16;

/** What -v says of a type instead of its name alone. */
export function verboseTypeName(type: Type, left = WRAPPINGS): string {
  const t = unmodified(type);
  switch (t.kind) {
    case 'record':
      return recordName(t, true);
    case 'enum':
      return `Enum ${t.name},  ${t.enumerators.length} total enums`;
    case 'bit field':
      return `Bitfield ${dtTypeName(t)}`;
    case 'pointer': {
      const target = unmodified(t.target);
      return target.kind === 'procedure'
        ? dtTypeName(t)
        : `Ptr${t.size * 8} to ${left > 0 ? verboseTypeName(target, left - 1) : '…'}`;
    }
    case 'array':
      return `[${t.count}] ${left > 0 ? verboseTypeName(t.element, left - 1) : '…'}`;
    default:
      return dtTypeName(t);
  }
}

function recordName(record: Type & { kind: 'record' }, verbose: boolean): string {
  if (!verbose) return record.name;
  return `${record.tag} ${record.name}, ${record.members.length} elements, 0x${record.size.toString(16)} bytes`;
}

function enumerator(name: string | undefined): string {
  return name === undefined ? '(No matching name)' : `( ${name} )`;
}

function bitsText(value: bigint, length: number, name: string | undefined): string {
  const bits = `0y${value.toString(2).padStart(length, '0')}`;
  const number = length >= BITS_WITH_NUMBER ? ` (${hexText(value)})` : '';
  return name === undefined ? `${bits}${number}` : `${bits} ( ${name} )`;
}

function pointerText(value: Value & { kind: 'pointer' }, style: ValueStyle): string {
  const { address, size, pointee } = value;
  if (address === 0n) return '(null) ';
  const at = addressText(address, size);
  if (style.blocks) return `${at} `;
  const target = unmodified(value.target);
  if (target.kind === 'procedure') {
    const parameters = style.functionFormat ? parametersText(target) : '';
    return `${at}     ${cTypeName(target.returns)}  ${codeText(address, style)}${parameters}`;
  }
  if (target.kind === 'record') {
    const known = pointee?.kind === 'record' ? pointee : undefined;
    return `${at} ${valueText(known ?? { kind: 'record', record: target, address }, style)}`;
  }
  if (pointee?.kind === 'text') return `${at}  ${quoted(pointee, style.pointerSize)}`;
  if (pointee && pointee.kind !== 'none') return `${at}  -> ${valueText(pointee, style)}`;
  return `${at} ${dtTypeName(target)}`;
}

/** `(int, char *)`: what a procedure's type knows of its parameters. */
function parametersText({ parameters, variadic }: Type & { kind: 'procedure' }): string {
  const names = parameters.map((parameter) => cTypeName(parameter));
  return `(${[...names, ...(variadic ? ['...'] : [])].join(', ') || 'void'})`;
}

/** A place in code as dt prints it behind a function pointer: `ntdll!NtClose+0`, `+7ffe1000` outside modules. */
function codeText(address: Address, style: ValueStyle): string {
  const name = style.describe(address);
  if (name === undefined) return `+${address.toString(16)}`;
  return /\+0x[0-9a-f]+$/.test(name) ? name.replace(/\+0x(?=[0-9a-f]+$)/, '+') : `${name}+0`;
}

function quoted(value: Value & { kind: 'text' }, pointerSize: 4 | 8): string {
  return value.unreadable === undefined ? `"${value.text}"` : unreadableText(value.unreadable, pointerSize);
}

function unreadableText(address: Address, pointerSize: 4 | 8): string {
  return `"--- memory read error at address ${addressText(address, pointerSize)} ---"`;
}

/** An address of a list's links: padded in 64 bits alone. */
export function linkText(address: Address, pointerSize: 4 | 8): string {
  return pointerSize === 4 ? `0x${address.toString(16)}` : addressText(address, 8);
}

/** `0`…`9`, then hexadecimal. */
export function unsignedText(value: bigint): string {
  return value < 10n ? value.toString() : wideHex(value);
}

/** C's `%#x`: nothing before a zero. */
function hexText(value: bigint): string {
  return value === 0n ? '0' : wideHex(value);
}

/** Hexadecimal, with the accent where the number has more than 32 bits. */
function wideHex(value: bigint): string {
  return value >> 32n === 0n ? `0x${value.toString(16)}` : addressText(value, 8);
}
