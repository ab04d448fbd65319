import type { CppValue } from '../../eval/index.ts';
import { textValue, unreadableText, valueText, type Format, type ModelValue } from '../../model/index.ts';
import { readValue, recordBehind, type Type, unmodified } from '../../types/index.ts';
import { buildView, type DtRow } from '../dt/index.ts';
import type { SessionNatives } from './nativeViews.ts';

/** A child of a value of the process. */
export interface NativeMember {
  /** `[+0x040 ( 3: 2)]`; empty for what a pointer to a number points to */
  readonly label: string;
  readonly name?: string;
  readonly offset?: number;
  readonly value: ModelValue;
  /** in place of the type of the value */
  readonly type?: string;
  /** behind the expression of the object */
  readonly path?: string;
}

/**
 * What dx shows below a value: the members of an object, or of what a pointer points to; the elements of an array or a
 * container, `count` of them behind a pointer; what a pointer to a number points to.
 */
export function* nativeMembers(
  natives: SessionNatives,
  value: CppValue,
  format: Format,
): Generator<NativeMember> {
  const t = unmodified(value.type);
  if (t.kind === 'pointer') {
    yield* behindPointer(natives, value, t.target, format);
    return;
  }
  const elements = format.raw && t.kind === 'record' ? undefined : natives.elements(value);
  if (elements) yield* ordinal(elements);
  else if (t.kind === 'record') yield* members(natives, value, '.', format.raw ?? false);
}

function* ordinal(elements: Iterable<CppValue>): Generator<NativeMember> {
  let index = 0;
  for (const value of elements) {
    yield { label: `[${index}]`, value: { kind: 'native', value }, path: `[${index}]` };
    index++;
  }
}

function* behindPointer(
  natives: SessionNatives,
  pointer: CppValue,
  target: Type,
  format: Format,
): Generator<NativeMember> {
  const { object, source } = natives.opened(pointer);
  const read = readValue(source, pointer.type, object.address);
  const address = read.kind === 'pointer' ? read.address : 0n;
  const { kind } = unmodified(target);
  if (address === 0n || kind === 'procedure') return;
  const { module } = pointer;
  const at = (type: Type, address: bigint): CppValue => {
    return { type, module, place: { address, memory: source.memory } };
  };
  const record = recordBehind(source, pointer.type);
  if (format.count !== undefined) {
    const size = record?.size ?? target.size;
    for (let i = 0; i < format.count && size > 0; i++) {
      const value = at(target, address + BigInt(i) * BigInt(size));
      yield { label: `[${i}]`, value: { kind: 'native', value }, path: `[${i}]` };
    }
  } else if (record) {
    const elements = format.raw ? undefined : natives.elements(at(record, address));
    if (elements) yield* ordinal(elements);
    else yield* members(natives, at(record, address), '->', format.raw ?? false);
  } else if (target.size > 0) {
    const behind = at(target, address);
    const shown = valueText(readValue(source, target, address), format);
    // a text stands behind the address already
    if (natives.text(pointer) === undefined || shown === undefined)
      yield { label: '', value: { kind: 'native', value: behind } };
  }
}

function* members(
  natives: SessionNatives,
  value: CppValue,
  access: '.' | '->',
  raw: boolean,
): Generator<NativeMember> {
  const { object, source } = natives.opened(value);
  const { module, place } = value;
  const options = { depth: 0, blocks: false, fields: [], verbose: raw, module };
  const view = buildView(source, value.type, object.address, options);
  for (const row of view.rows ?? []) {
    const member =
      place && memberOf(row, (type, address) => ({ type, module, place: { ...place, address } }));
    if (!member) continue;
    const named = member.name !== undefined && /^\w+$/.test(member.name) && row.kind !== 'vftable';
    yield { ...member, ...(named && { path: `${access}${member.name}` }) };
  }
}

function memberOf(row: DtRow, at: (type: Type, address: bigint) => CppValue): NativeMember | undefined {
  switch (row.kind) {
    case 'method':
      return undefined;
    case 'vftable': {
      const text = row.value && valueText(row.value);
      const { offset } = row;
      const label = `[+0x${hex3(offset)}]`;
      return { label, name: '__vfptr', offset, value: textValue(text ?? ''), type: '<function> **' };
    }
    case 'static': {
      const label = '[static]';
      if (row.address === undefined) return { label, name: row.name, value: missing(0n) };
      return { label, name: row.name, value: { kind: 'native', value: at(row.type, row.address) } };
    }
    case 'field': {
      const t = unmodified(row.type);
      const bits = t.kind === 'bit field' ? ` (${two(t.position + t.length - 1)}:${two(t.position)})` : '';
      const { offset, name, address } = row;
      const label = `[+0x${offset === undefined ? '???' : hex3(offset)}${bits}]`;
      const value: ModelValue =
        address === undefined ? missing(0n) : { kind: 'native', value: at(row.type, address) };
      return { label, name, offset, value };
    }
  }
}

function missing(address: bigint): ModelValue {
  return { kind: 'failure', reason: unreadableText(address) };
}

function hex3(offset: number): string {
  return offset.toString(16).padStart(3, '0');
}

function two(bit: number): string {
  return String(bit).padStart(2);
}
