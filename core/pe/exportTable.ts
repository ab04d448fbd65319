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

/** The exports of an image (PE Format, ".edata Section"), with what is needed to find one by name, ordinal or RVA. */
export class ExportTable {
  /** in the order of ordinals; a function with several names appears once for each */
  readonly entries: readonly Export[];
  /** the name that the image gives itself, for instance `KERNEL32.dll` */
  readonly dllName: string | undefined;
  readonly ordinalBase: number;
  readonly timestamp: number;
  private named: Map<string, Export> | undefined;
  private ordinals: Map<number, Export> | undefined;
  private sorted: readonly Export[] | undefined;

  constructor(init: {
    entries: readonly Export[];
    dllName?: string;
    ordinalBase?: number;
    timestamp?: number;
  }) {
    this.entries = init.entries;
    this.dllName = init.dllName;
    this.ordinalBase = init.ordinalBase ?? 1;
    this.timestamp = init.timestamp ?? 0;
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

  /** Those that lie in the image (no forwarders), by rising RVA; at one RVA named ones come first. */
  byRva(): readonly Export[] {
    this.sorted ??= this.entries
      .filter((e) => e.forwarder === undefined)
      .sort((a, b) => a.rva - b.rva || Number(a.name === undefined) - Number(b.name === undefined));
    return this.sorted;
  }

  /** The export at an RVA, or the nearest below it; the first of several at one place. */
  nearest(rva: number): Export | undefined {
    const sorted = this.byRva();
    let index = firstAbove(sorted, rva) - 1;
    while (index > 0 && sorted[index - 1]?.rva === sorted[index]?.rva) index--;
    return sorted[index];
  }

  /** The first export above an RVA. */
  next(rva: number): Export | undefined {
    const sorted = this.byRva();
    return sorted[firstAbove(sorted, rva)];
  }
}

function firstAbove(sorted: readonly Export[], rva: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.rva ?? 0) <= rva) low = middle + 1;
    else high = middle;
  }
  return low;
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
    return new ExportTable({ entries: [] });
  }
  view.hold(directory.rva, directory.size);
  const ordinalBase = header.u32(16);
  const functions = words(view, header.u32(28), header.u32(20), MAX_FUNCTIONS, 4, 'export addresses');
  const names = words(view, header.u32(32), header.u32(24), MAX_NAMES, 4, 'export names');
  const nameOrdinals = words(view, header.u32(36), names.length, MAX_NAMES, 2, 'export ordinals');
  // an address inside the directory is no code: it is the text of a forwarder
  const forwards = (rva: number): boolean => rva >= directory.rva && rva < directory.rva + directory.size;

  const entries: Export[] = [];
  const add = (index: number, name?: string): void => {
    const rva = functions[index];
    if (rva === undefined || rva === 0) return;
    const forwarder = forwards(rva) ? (view.text(rva, 512) ?? '') : undefined;
    if (forwarder === '') view.note(`export ${ordinalBase + index}: the forwarder's text is not there`);
    entries.push({ name, ordinal: ordinalBase + index, rva, forwarder });
  };
  const nameless = new Set(functions.keys());
  for (let i = 0; i < nameOrdinals.length; i++) {
    const index = nameOrdinals[i] ?? 0;
    const name = view.text(names[i] ?? 0);
    if (name === undefined) {
      view.note(`export name ${i} is not there`);
      continue;
    }
    nameless.delete(index);
    add(index, name);
  }
  for (const index of nameless) add(index);
  entries.sort((a, b) => a.ordinal - b.ordinal);
  return new ExportTable({
    entries,
    dllName: view.text(header.u32(12), 512),
    ordinalBase,
    timestamp: header.u32(4),
  });
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
  return Array.from({ length: count }, (_, i) => (size === 4 ? r.u32(i * 4) : r.u16(i * 2)));
}
