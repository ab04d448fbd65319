/** What dt gives as data (cli.md, `dt`): unknown is absent, addresses and 64-bit values are `0x…` texts. */
import { hexAddress, type Hex } from '../../bytes/index.ts';
import {
  dtTypeName,
  enumeratorsOf,
  type Summary,
  type Type,
  unmodified,
  type Value,
} from '../../types/index.ts';
import type { heapNoteData, HeapNotes } from '../heap/index.ts';
import { heldPointers } from './heldPointers.ts';
import type { DtElement, DtRow, DtView } from './model.ts';

/**
 * A value as data: numbers of up to 32 bits, `0x…` for wider ones and pointers, texts. Of the C++ library's objects what
 * they hold. The `value` of a pair, a variant or an optional is again one of these.
 */
type DtDatum =
  | number
  | string
  | boolean
  | null
  | { readonly size: number }
  | DtPair
  | { readonly pointer: Hex; readonly uses?: number; readonly weaks?: number }
  | DtVariant
  | { readonly flink: Hex; readonly blink: Hex };

/** Of a `std::pair`. */
type DtPair = Readonly<{ readonly first?: DtDatum; readonly second?: DtDatum }>;
/** Of a `std::variant`: which of its types it holds, and the value. */
type DtVariant = Readonly<{ readonly index?: number; readonly value?: DtDatum }>;

/** A value, and what belongs beside it. */
type DtValueData = Readonly<{
  /** absent where it is not in the dump */
  readonly value?: DtDatum;
  /** the name of an enumeration's value */
  readonly enumerator?: string;
  /** the text behind a pointer to characters */
  readonly text?: string;
  /** elements of an array */
  readonly count?: number;
  /** the first element of an array */
  readonly first?: DtDatum;
}>;

/** A field of a type, and its value where an object is shown. */
type DtFieldData = DtValueData & {
  readonly name: string;
  /** bytes from the beginning of the object; a static member has none */
  readonly offset?: number;
  readonly type: string;
  /** of a bit field: its lowest bit and its width */
  readonly bit?: { readonly position: number; readonly length: number };
  readonly static?: true;
  /** of a static member */
  readonly address?: Hex;
  /** the fields of a structure, with -r or by name */
  readonly fields?: readonly DtFieldData[];
  /** elements of an array, with -a */
  readonly elements?: readonly DtElementData[];
} & DtBlocks;

type DtElementData = DtValueData &
  DtBlocks & {
    readonly index: number;
    readonly address?: Hex;
    readonly fields?: readonly DtFieldData[];
    /** of an array within an array, with -b */
    readonly elements?: readonly DtElementData[];
  };

/** With /h: the heap block that each pointer of the value leads into. */
type DtBlocks = Readonly<{
  readonly heapBlocks?: readonly ({
    readonly pointer: Hex;
    readonly role?: 'Flink' | 'Blink';
  } & ReturnType<typeof heapNoteData>)[];
}>;

/** `{type,module?,address?,size,value?,fields}` of a type or an object; with `heapNotes` the blocks of its pointers. */
export function viewData(view: DtView, heapNotes?: HeapNotes) {
  const t = unmodified(view.type);
  return {
    type: dtTypeName(view.type),
    module: view.module,
    address: view.address === undefined ? undefined : hexAddress(view.address),
    size: view.size,
    ...(view.value && valueData(view.value)),
    ...blocksData(view.value, heapNotes),
    ...(t.kind === 'enum' && !view.value && { enumerators: enumerators(t) }),
    ...(view.elements && { elements: view.elements.map((e) => elementData(e, heapNotes)) }),
    ...(view.contents && { contents: view.contents.elements.map((e) => elementData(e, heapNotes)) }),
    fields: rowsData(view.rows ?? [], heapNotes),
    ...(view.cut && { truncated: true }),
  };
}

function enumerators(type: Type & { kind: 'enum' }) {
  return enumeratorsOf(type).map(({ name, value }) => ({ name, value: numberData(value, type.size) }));
}

/** The fields of rows; methods are none. */
function rowsData(rows: readonly DtRow[], heapNotes?: HeapNotes): DtFieldData[] {
  return rows.flatMap((row) => (row.kind === 'method' ? [] : [rowData(row, heapNotes)]));
}

function rowData(row: Exclude<DtRow, { kind: 'method' }>, heapNotes: HeapNotes | undefined): DtFieldData {
  if (row.kind === 'vftable') {
    const type = `Ptr${row.pointerSize * 8}`;
    return {
      name: '__VFN_table',
      offset: row.offset,
      type,
      ...(row.value && valueData(row.value)),
      ...blocksData(row.value, heapNotes),
    };
  }
  const address = row.address === undefined ? undefined : hexAddress(row.address);
  const type = unmodified(row.type);
  const named = {
    name: row.name,
    type: dtTypeName(type.kind === 'bit field' ? type.base : row.type),
    ...(type.kind === 'bit field' && { bit: { position: type.position, length: type.length } }),
    ...(row.value && valueData(row.value)),
    ...blocksData(row.value, heapNotes),
  };
  if (row.kind === 'static') return { ...named, static: true, address };
  return {
    ...named,
    offset: row.offset,
    ...(row.rows && { fields: rowsData(row.rows, heapNotes) }),
    ...(row.elements && { elements: row.elements.map((e) => elementData(e, heapNotes)) }),
  };
}

function elementData(element: DtElement, heapNotes: HeapNotes | undefined): DtElementData {
  return {
    index: element.index,
    address: element.address === undefined ? undefined : hexAddress(element.address),
    ...(element.value && valueData(element.value)),
    ...blocksData(element.value, heapNotes),
    ...(element.rows && { fields: rowsData(element.rows, heapNotes) }),
    ...(element.elements && { elements: element.elements.map((e) => elementData(e, heapNotes)) }),
  };
}

/** `heapBlocks`: one for each pointer of the value that leads into a block. */
function blocksData(value: Value | undefined, heapNotes: HeapNotes | undefined): DtBlocks {
  if (!heapNotes) return {};
  const heapBlocks = heldPointers(value).flatMap(({ role, address }) => {
    const block = heapNotes.blockData(address);
    return block ? [{ pointer: hexAddress(address), role, ...block }] : [];
  });
  return heapBlocks.length > 0 ? { heapBlocks } : {};
}

/** `value`, and what belongs beside it: an enumerator's name, the text behind a pointer, an array's count. */
export function valueData(value: Value): DtValueData {
  switch (value.kind) {
    case 'integer':
      return { value: numberData(value.value, value.size) };
    case 'bool':
      return { value: value.value };
    case 'float':
      return { value: Number.isFinite(value.value) ? value.value : String(value.value) };
    case 'enum':
      return { value: numberData(value.value, value.size), enumerator: value.name };
    case 'bits':
      return { value: numberData(value.value, value.length > 32 ? 8 : 4), enumerator: value.name };
    case 'pointer': {
      const text =
        value.pointee?.kind === 'text' && value.pointee.unreadable === undefined
          ? value.pointee.text
          : undefined;
      return { value: hexAddress(value.address), text };
    }
    case 'text':
      return { value: value.text, count: value.count };
    case 'array':
      return { count: value.count, first: value.first && valueData(value.first).value };
    case 'record':
      return value.summary ? { value: summaryData(value.summary) } : {};
    case 'missing':
    case 'none':
      return {};
  }
}

function summaryData(summary: Summary): DtDatum | undefined {
  switch (summary.kind) {
    case 'string':
    case 'guid':
    case 'visualized':
      return summary.text;
    case 'container':
      return { size: summary.size };
    case 'pair':
      return { first: valueData(summary.first).value, second: valueData(summary.second).value };
    case 'smart pointer':
      return { pointer: hexAddress(summary.pointer.address), uses: summary.uses, weaks: summary.weaks };
    case 'optional':
      return summary.value ? valueData(summary.value).value : null;
    case 'variant':
      return { index: summary.index, value: summary.value && valueData(summary.value).value };
    case 'unreadable string':
      return undefined;
    case 'links':
      return { flink: hexAddress(summary.flink), blink: hexAddress(summary.blink) };
    case 'quad':
      return hexAddress(summary.value);
  }
}

function numberData(value: bigint, size: number): number | Hex | `-${Hex}` {
  if (size <= 4) return Number(value);
  return value < 0n ? `-${hexAddress(-value)}` : hexAddress(value);
}
