import type { PeImage, Relocations, Section } from '../pe/index.ts';
import type { MemoryOverlay } from './dumpMemory.ts';
import type { Address } from './memory.ts';

const IMAGE_SCN_MEM_WRITE = 0x80000000;
const PAGE = 0x1000;
/** relocated pages kept an image: 2 MiB of code that was looked at last */
const PAGES_KEPT = 512;
const DIRECTORY_IAT = 12;
/** bytes that a relocation of each type changes: IMAGE_REL_BASED_HIGHLOW and _DIR64; the others pad or are for other processors */
const RELOCATION_WIDTHS: Readonly<Record<number, number>> = { 3: 4, 10: 8 };

/** A run of an image's RVAs whose bytes in the process are those of the file, relocated. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * One module's image file as it would lie in memory: its headers and its sections that are not writable, with base
 * relocations applied. The import address table is left out, because the loader has written it.
 */
export class ImageLayout {
  private readonly pieces: readonly Piece[];
  private readonly pages = new Map<number, Uint8Array>();
  private relocations: Relocations | undefined;

  constructor(
    private readonly file: PeImage,
    readonly base: Address,
  ) {
    this.pieces = withoutRange(readOnlyPieces(file), file.directories[DIRECTORY_IAT]);
  }

  get sections(): readonly Section[] {
    return this.file.sections;
  }

  /** Bytes that can be had from `rva` in one run. */
  available(rva: number, length: number): number {
    const piece = this.pieces.find((p) => rva >= p.start && rva < p.end);
    return piece ? Math.min(length, piece.end - rva) : 0;
  }

  /** The first RVA at or above `rva` that is covered. */
  next(rva: number): number | undefined {
    for (const p of this.pieces) if (rva < p.end) return Math.max(rva, p.start);
    return undefined;
  }

  read(rva: number, length: number): Uint8Array {
    const n = this.available(rva, length);
    const first = rva - (rva % PAGE);
    if (n > 0 && rva + n <= first + PAGE) return this.page(first).subarray(rva - first, rva - first + n);
    const out = new Uint8Array(n);
    for (let done = 0; done < n;) {
      const at = rva + done;
      const start = at - (at % PAGE);
      const part = this.page(start).subarray(at - start, Math.min(PAGE, at - start + n - done));
      out.set(part, done);
      done += part.length;
    }
    return out;
  }

  private page(start: number): Uint8Array {
    let page = this.pages.get(start);
    if (page) return page;
    page = new Uint8Array(PAGE);
    // what a section's raw data does not fill is zero in memory too
    page.set(this.file.readUpTo(start, PAGE));
    this.relocate(page, start);
    if (this.pages.size >= PAGES_KEPT) this.pages.delete(this.pages.keys().next().value ?? -1);
    this.pages.set(start, page);
    return page;
  }

  private relocate(page: Uint8Array, start: number): void {
    const delta = this.base - this.file.imageBase;
    if (delta === 0n) return;
    this.relocations ??= sortedRelocations(this.file);
    const { rvas, types } = this.relocations;
    // a place at the end of the page before may reach into this one
    for (let i = lowerBound(rvas, start - 7); i < rvas.length; i++) {
      const rva = rvas[i] ?? 0;
      if (rva >= start + PAGE) break;
      const width = RELOCATION_WIDTHS[types[i] ?? 0] ?? 0;
      const value = littleEndian(this.file.readUpTo(rva, width)) + delta;
      for (let k = 0; k < width; k++) {
        const at = rva + k - start;
        if (at >= 0 && at < PAGE) page[at] = Number((value >> BigInt(8 * k)) & 0xffn);
      }
    }
  }
}

/** Many modules' image files as one overlay over the address space. `find` gives the module at or above an address. */
export class ImageOverlay implements MemoryOverlay {
  constructor(
    private readonly layoutAt: (address: Address) => ImageLayout | undefined,
    private readonly nextModule: (address: Address) => Address | undefined,
  ) {}

  read(address: Address, length: number): Uint8Array {
    const layout = this.layoutAt(address);
    return layout ? layout.read(Number(address - layout.base), length) : new Uint8Array(0);
  }

  available(address: Address, length: number): number {
    const layout = this.layoutAt(address);
    return layout ? layout.available(Number(address - layout.base), length) : 0;
  }

  next(address: Address, end?: Address): Address | undefined {
    for (let at: Address | undefined = address; at !== undefined && (end === undefined || at < end);) {
      const layout = this.layoutAt(at);
      const rva = layout?.next(Number(at - layout.base));
      if (layout && rva !== undefined) return layout.base + BigInt(rva);
      at = this.nextModule(at);
    }
    return undefined;
  }
}

function readOnlyPieces(file: PeImage): Piece[] {
  const pieces: Piece[] = [{ start: 0, end: file.sizeOfHeaders }];
  for (const s of file.sections) {
    if (s.characteristics & IMAGE_SCN_MEM_WRITE) continue;
    const size = s.virtualSize || s.rawSize;
    const end = Math.min(s.virtualAddress + size, file.sizeOfImage);
    if (end > s.virtualAddress) pieces.push({ start: s.virtualAddress, end });
  }
  return pieces.sort((a, b) => a.start - b.start);
}

function withoutRange(pieces: readonly Piece[], range: { rva: number; size: number } | undefined): Piece[] {
  if (!range || range.size === 0) return [...pieces];
  const from = range.rva;
  const to = range.rva + range.size;
  return pieces.flatMap((p) =>
    to <= p.start || from >= p.end
      ? [p]
      : [
          { start: p.start, end: from },
          { start: to, end: p.end },
        ].filter((part) => part.end > part.start),
  );
}

/** An image's relocations by rising RVA: linkers write them so, but nothing makes them. */
function sortedRelocations(file: PeImage): Relocations {
  const { rvas, types } = file.relocations();
  if (rvas.every((rva, i) => i === 0 || rva >= (rvas[i - 1] ?? 0))) return { rvas, types };
  const order = Uint32Array.from(rvas.keys()).sort((a, b) => (rvas[a] ?? 0) - (rvas[b] ?? 0));
  return { rvas: order.map((i) => rvas[i] ?? 0), types: Uint8Array.from(order, (i) => types[i] ?? 0) };
}

function lowerBound(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}
