import { ByteReader } from '../bytes/index.ts';
import type { ImageView } from './imageView.ts';

/** One exported name, or an ordinal that has none. */
export interface Export {
  readonly name?: string;
  /** the ordinal that importers use (with the base added) */
  readonly ordinal: number;
  /** of the code or data; of a forwarder that of its text */
  readonly rva: number;
  /** `NTDLL.RtlAllocateHeap`, `OTHER.#12` */
  readonly forwarder?: string;
}

const DIRECTORY_SIZE = 40;
/** Ordinals are 16 bits wide, so a table has no more functions; names may repeat one, so they get their own bound. */
const MAX_FUNCTIONS = 0x10000;
const MAX_NAMES = 0x10000;
/** More than the positions that both bounds allow together: makes a sort key of a number and a position. */
const POSITIONS = 2 * (MAX_FUNCTIONS + MAX_NAMES);

/** Entries as columns of equal length, in the order of ordinals; a function with several names has one for each. */
interface ExportColumns {
  /** index into the table of addresses: the ordinal without the base */
  readonly indexes: Uint32Array;
  readonly rvas: Uint32Array;
  /** RVA of the name's text, 0 where there is none */
  readonly names: Uint32Array;
}

interface ExportHeader {
  readonly dllName?: string;
  readonly ordinalBase: number;
  readonly timestamp: number;
}

/**
 * The exports of an image (PE Format, ".edata Section"), with what is needed to find one by name, ordinal or RVA.
 * Names are read when they are asked for: of the thousands that a system DLL has, a stack needs a few.
 */
export class ExportTable {
  /** the name that the image gives itself, for instance `KERNEL32.dll` */
  readonly dllName: string | undefined;
  readonly ordinalBase: number;
  readonly timestamp: number;
  private all: readonly Export[] | undefined;
  private named: Map<string, Export> | undefined;
  private ordinals: Map<number, Export> | undefined;
  /** positions of those that lie in the image, by rising RVA */
  private sorted: Uint32Array | undefined;

  constructor(
    private readonly view: ImageView,
    private readonly columns: ExportColumns,
    header: ExportHeader,
  ) {
    this.dllName = header.dllName;
    this.ordinalBase = header.ordinalBase;
    this.timestamp = header.timestamp;
  }

  /** in the order of ordinals; a function with several names appears once for each */
  get entries(): readonly Export[] {
    return (this.all ??= Array.from(this.columns.rvas, (_, i) => this.entry(i)));
  }

  /** The export of exactly this name. */
  byName(name: string): Export | undefined {
    this.named ??= firstBy(this.entries, (e) => e.name);
    return this.named.get(name);
  }

  byOrdinal(ordinal: number): Export | undefined {
    this.ordinals ??= firstBy(this.entries, (e) => e.ordinal);
    return this.ordinals.get(ordinal);
  }

  /** How many lie in the image (no forwarders). */
  get placed(): number {
    return this.order().length;
  }

  /** Those that lie in the image, by rising RVA; at one RVA named ones come first. */
  *byRva(): Generator<Export> {
    for (const i of this.order()) yield this.entry(i);
  }

  /** Those at an RVA, or at the nearest place below it that has any; ones with a name first. Empty below the first. */
  at(rva: number): readonly Export[] {
    const sorted = this.order();
    const end = this.firstAbove(rva);
    const place = this.rvaAt(end - 1);
    let start = end;
    while (start > 0 && this.rvaAt(start - 1) === place) start--;
    return Array.from(sorted.subarray(start, end), (i) => this.entry(i));
  }

  /** The export at an RVA, or the nearest below it; the first of several at one place. */
  nearest(rva: number): Export | undefined {
    return this.at(rva)[0];
  }

  /** The first export above an RVA. */
  next(rva: number): Export | undefined {
    const position = this.order()[this.firstAbove(rva)];
    return position === undefined ? undefined : this.entry(position);
  }

  private entry(i: number): Export {
    const { indexes, rvas, names } = this.columns;
    const rva = rvas[i] ?? 0;
    const ordinal = this.ordinalBase + (indexes[i] ?? 0);
    const name = names[i] ? this.view.text(names[i]) : undefined;
    if (names[i] && name === undefined) this.view.note(`export ${ordinal}: its name is not there`);
    const forwarder = forwards(this.view, rva) ? (this.view.text(rva, 512) ?? '') : undefined;
    if (forwarder === '') this.view.note(`export ${ordinal}: the forwarder's text is not there`);
    return { name, ordinal, rva, forwarder };
  }

  /** By rising RVA without forwarders; at one RVA those with a name come first, then in the order of ordinals. */
  private order(): Uint32Array {
    if (this.sorted) return this.sorted;
    const { rvas, names } = this.columns;
    const keys: number[] = [];
    rvas.forEach((rva, i) => {
      if (!forwards(this.view, rva)) keys.push((rva * 2 + (names[i] ? 0 : 1)) * POSITIONS + i);
    });
    return (this.sorted = Uint32Array.from(Float64Array.from(keys).sort(), (key) => key % POSITIONS));
  }

  /** How many of those sorted lie at or below an RVA. */
  private firstAbove(rva: number): number {
    let low = 0;
    let high = this.order().length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.rvaAt(middle) <= rva) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private rvaAt(sortedIndex: number): number {
    return this.columns.rvas[this.order()[sortedIndex] ?? 0] ?? 0;
  }
}

/** An address inside the directory is no code: it is the text of a forwarder. */
function forwards(view: ImageView, rva: number): boolean {
  const directory = view.directory(0);
  return directory !== undefined && rva >= directory.rva && rva < directory.rva + directory.size;
}

function firstBy<K>(entries: readonly Export[], key: (e: Export) => K | undefined): Map<K, Export> {
  const map = new Map<K, Export>();
  for (const e of entries) {
    const k = key(e);
    if (k !== undefined && !map.has(k)) map.set(k, e);
  }
  return map;
}

/** Reads the export directory; an empty table where there is none. */
export function readExports(view: ImageView): ExportTable {
  const directory = view.directory(0);
  const header = directory && view.struct(directory.rva, DIRECTORY_SIZE);
  if (!directory || !header) {
    if (directory) view.note('export directory is not there');
    return new ExportTable(view, columnsOf([], [], []), { ordinalBase: 1, timestamp: 0 });
  }
  view.hold(directory.rva, directory.size);
  const functions = words(view, header.u32(28), header.u32(20), MAX_FUNCTIONS, 4, 'export addresses');
  const names = words(view, header.u32(32), header.u32(24), MAX_NAMES, 4, 'export names');
  const nameOrdinals = words(view, header.u32(36), names.length, MAX_NAMES, 2, 'export ordinals');
  return new ExportTable(view, columnsOf(functions, names, nameOrdinals), {
    dllName: view.text(header.u32(12), 512),
    ordinalBase: header.u32(16),
    timestamp: header.u32(4),
  });
}

/** Joins the directory's three tables; an address of 0 is an ordinal that is not used. */
function columnsOf(
  functions: readonly number[],
  names: readonly number[],
  nameOrdinals: readonly number[],
): ExportColumns {
  const nameless = new Uint8Array(functions.length).fill(1);
  // sort keys: by ordinal, those of one ordinal in the order of the table of names
  const keys: number[] = [];
  nameOrdinals.forEach((index, i) => {
    if (!functions[index]) return;
    nameless[index] = 0;
    keys.push(index * POSITIONS + i);
  });
  functions.forEach((rva, index) => {
    if (rva !== 0 && nameless[index]) keys.push(index * POSITIONS + MAX_NAMES);
  });
  const sorted = Float64Array.from(keys).sort();
  const indexes = Uint32Array.from(sorted, (key) => Math.floor(key / POSITIONS));
  return {
    indexes,
    rvas: indexes.map((index) => functions[index] ?? 0),
    names: Uint32Array.from(sorted, (key) => names[key % POSITIONS] ?? 0),
  };
}

/** An array of 16- or 32-bit numbers at an RVA: as much of it as is there. */
function words(
  view: ImageView,
  rva: number,
  declared: number,
  most: number,
  size: 2 | 4,
  what: string,
): number[] {
  const wanted = Math.min(declared, most);
  if (wanted === 0) return [];
  const r = new ByteReader(view.upTo(rva, wanted * size));
  const count = Math.min(wanted, Math.floor(r.length / size));
  if (count < declared) view.note(`${what}: ${count} of ${declared} are there`);
  const numbers: number[] = [];
  for (let i = 0; i < count; i++) numbers.push(size === 4 ? r.u32(i * 4) : r.u16(i * 2));
  return numbers;
}
