import type { Type, Value } from '../../../types/index.ts';
import { floatText } from '../../dt/index.ts';

/** How numbers are written: `,x`, `,d`, `,o`, `,b`; without one, signed ones in decimal and others in hexadecimal. */
export type NumberFormat = 'x' | 'd' | 'o' | 'b' | undefined;

/**
 * A value behind the colon of dx: `0x8eed57b000`, `5`, `65 'A'`, `true`, `"text"`, `{4160749568}`. Undefined for objects
 * that have members and no value (samples.md, section 6, and the manual's page of dx).
 */
export function modelText(value: Value, format?: NumberFormat): string | undefined {
  switch (value.kind) {
    case 'integer': {
      const number = numberText(value.value, value.size, value.signed, format);
      // bytes are numbers to dx, char and wchar_t characters
      const isCharacter = value.character !== undefined && (value.signed || value.size > 1);
      return isCharacter ? `${number} '${value.character}'` : number;
    }
    case 'bool':
      return String(value.value);
    case 'float':
      return floatText(value.value, value.size);
    case 'enum': {
      const number = numberText(value.value, value.size, true, format);
      return value.name === undefined ? number : `${value.name} (${number})`;
    }
    case 'bits': {
      const number = numberText(value.value, 8, false, format);
      return value.name === undefined ? number : `${value.name} (${number})`;
    }
    case 'pointer':
      return pointerText(value);
    case 'text':
      return value.unreadable === undefined ? `"${value.text}"` : unreadable(value.unreadable);
    case 'record':
      return recordText(value);
    case 'missing':
      return unreadable(value.address);
    case 'array':
    case 'none':
      return undefined;
  }
}

function pointerText({ address, pointee, target }: Value & { kind: 'pointer' }): string {
  const at = `0x${address.toString(16)}`;
  if (address === 0n || !pointee || isFunction(target)) return at;
  const behind = modelText(pointee);
  return behind === undefined ? at : `${at} : ${behind}`;
}

function isFunction(type: Type): boolean {
  return type.kind === 'procedure';
}

function recordText({ summary }: Value & { kind: 'record' }): string | undefined {
  switch (summary?.kind) {
    case 'string':
      return `"${summary.text}"`;
    case 'unreadable string':
      return unreadable(summary.address);
    case 'quad':
      return `{${BigInt.asIntN(64, summary.value)}}`;
    case 'guid':
      return summary.text;
    case 'container':
      return `{ size=${summary.size} }`;
    case 'pair': {
      const parts = [summary.first, summary.second].map((v) => modelText(v) ?? '{...}');
      return `(${parts.join(', ')})`;
    }
    case 'smart pointer':
      return summary.pointer.address === 0n ? 'empty' : modelText(summary.pointer);
    case 'optional':
      return summary.value ? (modelText(summary.value) ?? '{...}') : 'nullopt';
    case 'variant':
      return `{ index=${summary.index} }`;
    default:
      return undefined;
  }
}

function numberText(value: bigint, size: number, signed: boolean, format: NumberFormat): string {
  const bits = BigInt.asUintN(size * 8, value);
  switch (format ?? (signed ? 'd' : 'x')) {
    case 'd':
      return String(signed ? value : bits);
    case 'o':
      return `0${bits.toString(8)}`;
    case 'b':
      return `0y${bits.toString(2)}`;
    default:
      return `0x${bits.toString(16)}`;
  }
}

function unreadable(address: bigint): string {
  return `Unable to read memory at Address 0x${address.toString(16)}`;
}
