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
/** Ordinals are 16 bits wide, so a table has no more functions; names get the same bound, though they may repeat one. */
const MAX_FUNCTIONS = 0x10000;
/** Functions at one place that are named; a linker that folds them makes a few dozen. */
const MAX_AT_ONE = 256;

/** The directory's three tables, as they are in the image. */
interface ExportColumns {
  /** RVAs by ordinal without the base; 0 for an ordinal that is not used */
  readonly functions: Uint32Array;
  /** RVAs of the names' texts */
  readonly names: Uint32Array;
  /** for each name the index of its function */
  readonly nameOrdinals: Uint16Array;
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
  /** RVA and index of those that lie in the image, as `rva * MAX_FUNCTIONS + index`, rising */
  private sorted: Float64Array | undefined;

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
    if (this.all) return this.all;
    const named = new Map<number, number[]>();
    this.columns.nameOrdinals.forEach((index, i) => {
      const known = named.get(index);
      if (known) known.push(i);
      else named.set(index, [i]);
    });
    const all: Export[] = [];
    this.columns.functions.forEach((rva, index) => {
      if (rva !== 0) all.push(...this.of(index, named.get(index) ?? []));
    });
    return (this.all = all);
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
  byRva(): readonly Export[] {
    return this.entries
      .filter((e) => e.forwarder === undefined)
      .sort((a, b) => a.rva - b.rva || namedFirst(a, b));
  }

  /** Those at an RVA, or at the nearest place below it that has any; ones with a name first. Empty below the first. */
  at(rva: number): readonly Export[] {
    const sorted = this.order();
    const end = this.firstAbove(rva);
    if (end === 0) return [];
    const start = this.firstAbove(rvaOf(sorted[end - 1]) - 1);
    const found: Export[] = [];
    for (const key of sorted.subarray(start, Math.min(end, start + MAX_AT_ONE))) {
      const index = key % MAX_FUNCTIONS;
      found.push(...this.of(index, this.namesOf(index)));
    }
    return found.sort(namedFirst);
  }

  /** The export at an RVA, or the nearest below it; the first of several at one place. */
  nearest(rva: number): Export | undefined {
    return this.at(rva)[0];
  }

  /** The first export above an RVA. */
  next(rva: number): Export | undefined {
    const above = this.order()[this.firstAbove(rva)];
    return above === undefined ? undefined : this.at(rvaOf(above))[0];
  }

  /** Which of the names are a function's, in their order. */
  private namesOf(index: number): number[] {
    const { nameOrdinals } = this.columns;
    const found: number[] = [];
    for (let i = nameOrdinals.indexOf(index); i >= 0; i = nameOrdinals.indexOf(index, i + 1)) found.push(i);
    return found;
  }

  /** A function by its index, once for each of its names. */
  private of(index: number, names: readonly number[]): Export[] {
    const rva = this.columns.functions[index] ?? 0;
    const ordinal = this.ordinalBase + index;
    const forwarder = forwards(this.view, rva) ? (this.view.text(rva, 512) ?? '') : undefined;
    if (forwarder === '') this.view.note(`export ${ordinal}: the forwarder's text is not there`);
    const texts = names.map((i) => this.view.text(this.columns.names[i] ?? 0)).filter((t) => t !== undefined);
    if (texts.length < names.length) this.view.note(`export ${ordinal}: its name is not there`);
    if (texts.length === 0) return [{ name: undefined, ordinal, rva, forwarder }];
    return texts.map((name) => ({ name, ordinal, rva, forwarder }));
  }

  private order(): Float64Array {
    if (this.sorted) return this.sorted;
    const { functions } = this.columns;
    const keys = new Float64Array(functions.length);
    const { rva: from, size } = this.view.directory(0) ?? { rva: 0, size: 0 };
    let count = 0;
    for (let i = 0; i < functions.length; i++) {
      const rva = functions[i] ?? 0;
      if (rva !== 0 && !(rva >= from && rva < from + size)) keys[count++] = rva * MAX_FUNCTIONS + i;
    }
    return (this.sorted = keys.subarray(0, count).sort());
  }

  /** How many of those sorted lie at or below an RVA. */
  private firstAbove(rva: number): number {
    const sorted = this.order();
    const limit = (rva + 1) * MAX_FUNCTIONS;
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? 0) < limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function rvaOf(key: number | undefined): number {
  return Math.floor((key ?? 0) / MAX_FUNCTIONS);
}

function namedFirst(a: Export, b: Export): number {
  return Number(a.name === undefined) - Number(b.name === undefined);
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
    const nothing = {
      functions: new Uint32Array(0),
      names: new Uint32Array(0),
      nameOrdinals: new Uint16Array(0),
    };
    return new ExportTable(view, nothing, { ordinalBase: 1, timestamp: 0 });
  }
  view.hold(directory.rva, directory.size);
  const bytes = (at: number, declared: number, size: number, what: string): Uint8Array<ArrayBuffer> =>
    tableBytes(view, header.u32(at), declared, size, what);
  const names = new Uint32Array(bytes(32, header.u32(24), 4, 'export names').buffer);
  const columns = {
    functions: new Uint32Array(bytes(28, header.u32(20), 4, 'export addresses').buffer),
    names,
    nameOrdinals: new Uint16Array(bytes(36, names.length, 2, 'export ordinals').buffer),
  };
  return new ExportTable(view, columns, {
    dllName: view.text(header.u32(12), 512),
    ordinalBase: header.u32(16),
    timestamp: header.u32(4),
  });
}

/**
 * A copy of the table of numbers at an RVA, as much of it as is there. Numbers of an image are little-endian, as those
 * of every machine that runs JavaScript are.
 */
function tableBytes(
  view: ImageView,
  rva: number,
  declared: number,
  size: number,
  what: string,
): Uint8Array<ArrayBuffer> {
  const wanted = Math.min(declared, MAX_FUNCTIONS);
  const bytes = view.upTo(rva, wanted * size);
  const count = Math.min(wanted, Math.floor(bytes.length / size));
  if (count < declared) view.note(`${what}: ${count} of ${declared} are there`);
  return new Uint8Array(bytes.subarray(0, count * size));
}
