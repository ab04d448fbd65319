import { formatDecimal } from '../../output/index.ts';
import { floatText, type RecordType, type Summary, type Type, type Value } from '../../types/index.ts';
import {
  addressText,
  inDefaultRadix,
  summaryText,
  unsignedText,
  valueText,
  type ValueStyle,
} from '../dt/index.ts';
import { engineTypeName } from './engineTypeName.ts';

/** What stands in place of a value whose memory is not in the dump. */
export const MEMORY_ERROR = '<Memory access error>';
/** What dv prints for a variable that has no place here. */
export const UNAVAILABLE = '<value unavailable>';

/** Summaries of the C++ library's classes stand alone; Windows' own structures are named before theirs. */
const ALONE: ReadonlySet<Summary['kind']> = new Set([
  'visualized',
  'container',
  'pair',
  'smart pointer',
  'optional',
  'variant',
]);

/**
 * A value behind the equals sign of x, dv and kp: `0n42`, `0x1344d51e`, `true`, `Load (0n0)`, `0x0127573c "text"`,
 * `struct Layout`, `char [157] "text"` (samples.md, sections 3 and 6, and public logs).
 */
export function engineValueText(type: Type, value: Value, style: ValueStyle): string {
  switch (value.kind) {
    case 'integer':
      return inDefaultRadix(value, style.numbers) ?? integerText(value);
    case 'bool':
      return String(value.value);
    case 'float':
      return floatText(value.value, value.size);
    case 'enum': {
      const number = formatDecimal(value.value);
      return value.name === undefined ? `${number} (No matching enumerant)` : `${value.name} (${number})`;
    }
    case 'bits':
      return valueText(value, style);
    case 'pointer':
      return pointerText(value, style);
    case 'text':
      return `${engineTypeName(type)} ${quoted(value, style)}`;
    case 'array':
      return engineTypeName(type);
    case 'record':
      return recordText(value.record, value.summary, style);
    case 'missing':
      return MEMORY_ERROR;
    case 'none':
      return engineTypeName(type);
  }
}

function integerText({ value, size, signed, character }: Value & { kind: 'integer' }): string {
  if (character === undefined) return signed ? formatDecimal(value) : unsignedText(value);
  // a byte has two digits whatever its value: `0x00 ''`
  const number = signed ? formatDecimal(value) : `0x${value.toString(16).padStart(size * 2, '0')}`;
  return `${number} '${character}'`;
}

function pointerText({ address, size, pointee }: Value & { kind: 'pointer' }, style: ValueStyle): string {
  const at = addressText(address, size);
  if (pointee?.kind === 'text') return `${at} ${quoted(pointee, style)}`;
  const summary = pointee?.kind === 'record' ? pointee.summary : undefined;
  return summary ? `${at} ${summaryText(summary, style)}` : at;
}

function recordText(record: RecordType, summary: Summary | undefined, style: ValueStyle): string {
  if (!summary) return engineTypeName(record);
  const text = summaryText(summary, style);
  return ALONE.has(summary.kind) || record.name.startsWith('std::')
    ? text
    : `${engineTypeName(record)} ${text}`;
}

function quoted(value: Value & { kind: 'text' }, style: ValueStyle): string {
  // as dt has it, without the count of the elements
  return valueText({ ...value, count: undefined }, style).trim();
}
