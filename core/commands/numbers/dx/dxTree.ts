import { readValue, recordBehind, type Type, unmodified, type Value } from '../../../types/index.ts';
import { buildView, valueSource, type DtElement, type DtRow, type DtView } from '../../dt/index.ts';
import type { Session } from '../../session.ts';
import { modelTypeName } from '../../values/index.ts';
import type { CppObject } from '../cppObject.ts';
import type { DxArguments } from './arguments.ts';
import { modelText, type NumberFormat } from './modelText.ts';

/** Elements that dx shows of an array or a container before it says `...`. */
const ELEMENTS = 100;

/** A line of dx and the lines below it. */
export interface DxNode {
  /** `[+0x040] ClientId`, `[0]`; at the top the expression */
  readonly label: string;
  readonly name?: string;
  readonly offset?: number;
  readonly value?: string;
  readonly type?: string;
  readonly missing?: boolean;
  readonly children: readonly DxNode[];
  /** more than is shown */
  readonly more?: boolean;
}

/** What dx shows of an object: its value and so many levels of members. */
export function dxTree(session: Session, object: CppObject, args: DxArguments): DxNode {
  const { type, address, memory, module } = object;
  const source = valueSource(session, module, memory);
  const value = readValue(source, type, address);
  const options = {
    depth: Math.max(0, args.depth - 1),
    blocks: false,
    fields: [],
    verbose: args.raw,
    module,
  };
  const view = (of: Type, at: bigint, count?: number): DtView =>
    buildView(source, of, at, { ...options, ...(count !== undefined && { elements: count }) });
  const top = { label: args.heading, value: modelText(value, args.format), type: modelTypeName(type) };
  const { format } = args;
  const t = unmodified(type);
  if (args.depth === 0) return { ...top, missing: value.kind === 'missing', children: [] };
  switch (t.kind) {
    case 'record':
      return { ...top, ...childrenOf(view(type, address, args.count), format) };
    case 'array':
      return {
        ...top,
        ...childrenOf(view(type, address, Math.min(args.count ?? t.count, ELEMENTS)), format),
      };
    case 'pointer': {
      const to = value.kind === 'pointer' ? value.address : 0n;
      if (to === 0n || unmodified(t.target).kind === 'procedure') return { ...top, children: [] };
      const record = recordBehind(source, type);
      if (args.count !== undefined) {
        const size = (record?.size ?? t.target.size) * args.count;
        const array: Type = { kind: 'array', element: t.target, count: args.count, size };
        return { ...top, ...childrenOf(view(array, to, Math.min(args.count, ELEMENTS)), format) };
      }
      if (record) return { ...top, ...childrenOf(view(record, to), format) };
      if (t.target.size === 0) return { ...top, children: [] };
      const behind = readValue(source, t.target, to);
      const child = {
        label: '',
        value: modelText(behind, format),
        type: modelTypeName(t.target),
        children: [],
      };
      return { ...top, children: [child] };
    }
    default:
      return { ...top, missing: value.kind === 'missing', children: [] };
  }
}

function childrenOf(view: DtView, format: NumberFormat): Pick<DxNode, 'children' | 'more'> {
  if (view.contents) {
    const { elements, more } = view.contents;
    return { children: elements.map((e) => elementNode(e, format)), more };
  }
  if (view.elements) {
    const t = unmodified(view.type);
    const more = t.kind === 'array' && t.count > view.elements.length;
    return { children: view.elements.map((e) => elementNode(e, format)), more };
  }
  return { children: (view.rows ?? []).flatMap((row) => rowNode(row, format) ?? []), more: view.cut };
}

function elementNode(element: DtElement, format: NumberFormat): DxNode {
  const rows = element.rows ?? [];
  return {
    label: `[${element.index}]`,
    ...described(element.type, element.value, format),
    children: rows.flatMap((row) => rowNode(row, format) ?? []),
  };
}

function rowNode(row: DtRow, format: NumberFormat): DxNode | undefined {
  switch (row.kind) {
    case 'method':
      return undefined;
    case 'vftable':
      return {
        label: `[+0x${hex3(row.offset)}]`,
        name: '__vfptr',
        offset: row.offset,
        value: row.value && modelText(row.value),
        type: '<function> **',
        children: [],
      };
    case 'static':
      return { label: '[static]', name: row.name, ...described(row.type, row.value, format), children: [] };
    case 'field': {
      const t = unmodified(row.type);
      const bits = t.kind === 'bit field' ? ` (${two(t.position + t.length - 1)}:${two(t.position)})` : '';
      const offset = row.offset === undefined ? '???' : hex3(row.offset);
      return {
        label: `[+0x${offset}${bits}]`,
        name: row.name,
        offset: row.offset,
        ...described(row.type, row.value, format),
        children: [
          ...(row.rows ?? []).flatMap((inner) => rowNode(inner, format) ?? []),
          ...(row.elements ?? []).map((e) => elementNode(e, format)),
        ],
      };
    }
  }
}

function described(type: Type, value: Value | undefined, format: NumberFormat) {
  return {
    value: value && modelText(value, format),
    type: modelTypeName(type),
    missing: value?.kind === 'missing',
  };
}

function hex3(offset: number): string {
  return offset.toString(16).padStart(3, '0');
}

function two(bit: number): string {
  return String(bit).padStart(2);
}
