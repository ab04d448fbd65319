import type { CppValue } from '../../eval/index.ts';
import {
  NOTHING,
  objectValue,
  textValue,
  unreadableText,
  valueText,
  type Format,
  type ModelValue,
  type NatvisChild,
} from '../../model/index.ts';
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
  /** a property of the object, not an element of what it contains */
  readonly property?: boolean;
  /** in place of the format of the object */
  readonly format?: Format;
  /** no member: what gives them worked long without one */
  readonly pause?: boolean;
  /** in place of the children of the value: those of a node that a visualizer made up */
  below?(): Iterable<NativeMember>;
}

/**
 * What dx shows below a value: the members of an object, or of what a pointer points to; the elements of an array or a
 * container, `count` of them behind a pointer; what a pointer to a number points to.
 */
export function* nativeMembers(
  natives: SessionNatives,
  declared: CppValue,
  format: Format,
): Generator<NativeMember> {
  const value = natives.seenAs(declared, format);
  const t = unmodified(value.type);
  if (t.kind === 'pointer') {
    yield* behindPointer(natives, value, t.target, format);
    return;
  }
  yield* objectMembers(natives, value, '.', format);
}

/** The children of an object: by its visualizer, its elements, its members. */
function* objectMembers(
  natives: SessionNatives,
  value: CppValue,
  access: '.' | '->',
  format: Format,
): Generator<NativeMember> {
  const isRecord = unmodified(value.type).kind === 'record';
  const seen = isRecord && !format.raw ? natives.visualized(value, format.view) : undefined;
  if (seen?.expands) {
    if (!seen.hidesRawView) {
      const raw: ModelValue = { kind: 'native', value };
      yield { label: '[<Raw View>]', property: true, value: raw, format: { raw: true }, path: ',!' };
    }
    yield* visualMembers(natives, seen.children());
    return;
  }
  const elements = format.raw && isRecord ? undefined : natives.elements(value);
  if (elements) yield* ordinal(elements);
  else if (isRecord) yield* members(natives, value, access, format.raw ?? false);
}

/** Children as a visualizer gives them. */
function* visualMembers(natives: SessionNatives, children: Iterable<NatvisChild>): Generator<NativeMember> {
  for (const child of children) {
    switch (child.kind) {
      case 'value': {
        const { name, value, format, element } = child;
        yield { label: name, property: !element, value: { kind: 'native', value }, format };
        break;
      }
      case 'pause':
        yield { label: '', value: NOTHING, pause: true };
        break;
      case 'expanded':
        yield* nativeMembers(natives, child.value, child.format);
        break;
      case 'synthetic': {
        const { name, text } = child;
        const value: ModelValue = objectValue({ display: () => text });
        yield { label: name, property: true, value, below: () => visualMembers(natives, child.children()) };
        break;
      }
    }
  }
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
    yield* objectMembers(natives, at(record, address), '->', format);
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
  const staticAddress = (name: string) => natives.staticAddress(name, module);
  const options = { depth: 0, blocks: false, fields: [], verbose: raw, module, staticAddress };
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
