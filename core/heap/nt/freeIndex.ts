import { hexAddress } from '../../bytes/index.ts';
import { addressOf, type AddressReader } from '../addressReader.ts';
import type { HeapFinding } from '../model.ts';
import { emptyHeader, EntryFlag, type EntryCodec } from './entryCodec.ts';
import type { NtHeap } from './ntHeap.ts';

/** Sizes are counted in 16 bits. */
const SIZES = 0x10000;
/** Look-up tables hang in a chain of two or three. */
const MAX_TABLES = 16;
/** XP's and 2003's lists by size: 1 to 127 units, list 0 for what is larger */
const LISTS = 128;

/**
 * Holds what a heap keeps of its free blocks besides the lists against the blocks of the walk: TotalFreeSize, XP's
 * bitmap of lists in use, and since Vista the look-up tables with their bitmaps and hints (HEAP_LIST_LOOKUP). Measured
 * on all heaps of XP to 11 24H2 in the corpus: without exception.
 */
export class FreeIndex {
  /** free blocks by their size in units */
  private readonly counts = new Uint32Array(SIZES);
  private units = 0;

  constructor(
    private readonly heap: NtHeap,
    private readonly codec: EntryCodec,
  ) {}

  /** A free block of so many units. */
  add(units: number): void {
    this.counts[units] = (this.counts[units] ?? 0) + 1;
    this.units += units;
  }

  /** What does not agree. Only worth asking when the walk saw all blocks. */
  check(): HeapFinding[] {
    const { layouts, reader, pointerSize, address, coded } = this.heap;
    const findings: HeapFinding[] = [];
    const total = reader.pointer(address + layouts.offset('_HEAP', 'TotalFreeSize'), pointerSize);
    if (total !== this.units) {
      findings.push(finding(address, 'the heap counts other free units than it has', this.units, total));
    }
    if (coded) this.checkTables(findings);
    else this.checkBitmap(findings);
    return findings;
  }

  /** Bit i of FreeListsInUseUlong: list i has blocks, which are those of i units. Bit 0 is not kept. */
  private checkBitmap(findings: HeapFinding[]): void {
    const { layouts, reader, address } = this.heap;
    const bitmap = address + layouts.offset('_HEAP', 'u');
    for (let i = 1; i < LISTS; i++) {
      const bit = bitAt(reader, bitmap, i);
      const expected = this.any(i, i + 1) ? 1 : 0;
      if (bit !== expected) {
        const problem = `the bitmap of free lists is wrong for blocks of ${i} units`;
        findings.push(finding(bitmap, problem, expected, bit));
      }
    }
  }

  private checkTables(findings: HeapFinding[]): void {
    const { layouts, reader, pointerSize, address } = this.heap;
    const size = layouts.record('_HEAP_LIST_LOOKUP')?.size ?? 0;
    const seen = new Set<number>();
    let table = reader.pointer(address + layouts.offset('_HEAP', 'BlocksIndex'), pointerSize);
    while (table !== 0 && size > 0) {
      if (!reader.has(table, size) || seen.has(table) || seen.size >= MAX_TABLES) {
        findings.push(finding(address, 'the chain of look-up tables of free blocks is broken', 0, table));
        return;
      }
      seen.add(table);
      this.checkTable(table, findings);
      table = reader.pointer(table, pointerSize);
    }
  }

  /**
   * A table covers sizes from BaseIndex up to ArraySize, the last place holding all that are larger (of the last table)
   * or just its own size.
   */
  private checkTable(table: number, findings: HeapFinding[]): void {
    const { layouts, reader, pointerSize } = this.heap;
    const place = (field: string): number => table + layouts.offset('_HEAP_LIST_LOOKUP', field);
    const base = reader.u32(place('BaseIndex'));
    const end = reader.u32(place('ArraySize'));
    if (!(base < end) || end > SIZES) {
      findings.push(finding(table, 'the look-up table of free blocks covers no sizes', base, end));
      return;
    }
    const last = reader.pointer(table, pointerSize) === 0;
    const top = last ? SIZES : end;
    const items = this.sum(base, top);
    const outside = this.sum(end - 1, top);
    this.compare(
      findings,
      place('ItemCount'),
      items,
      'the look-up table counts other free blocks than there are',
    );
    this.compare(
      findings,
      place('OutOfRangeItems'),
      outside,
      'the look-up table counts other large free blocks than there are',
    );
    const bitmap = reader.pointer(place('ListsInUseUlong'), pointerSize);
    const hints = reader.pointer(place('ListHints'), pointerSize);
    const stride = pointerSize * (reader.u32(place('ExtraItem')) !== 0 ? 2 : 1);
    for (let i = 0; base + i < end; i += 32) {
      const word = bitmap + i / 8;
      if (!reader.has(word, 4)) return;
      const bits = reader.u32(word);
      for (let k = 0; k < 32 && base + i + k < end; k++) {
        const size = base + i + k;
        const below = size === end - 1 ? top : size + 1;
        const bit = (bits >>> k) & 1;
        const expected = this.any(size, below) ? 1 : 0;
        if (bit !== expected) {
          findings.push(finding(word, `the bitmap of free blocks is wrong for ${size} units`, expected, bit));
        } else if (bit === 1) {
          const hintAt = hints + (i + k) * stride;
          if (!reader.has(hintAt, pointerSize)) return;
          this.checkHint(findings, hintAt, size, below);
        }
      }
    }
  }

  /** A hint leads to the first free block of its size. */
  private checkHint(findings: HeapFinding[], at: number, size: number, below: number): void {
    const { reader, pointerSize, unit } = this.heap;
    const hint = reader.pointer(at, pointerSize);
    const entry = hint - unit;
    const header = emptyHeader();
    if (reader.has(entry, unit) && this.codec.read(reader, entry, header)) {
      const free = (header.flags & EntryFlag.busy) === 0;
      if (free && header.size >= size && header.size < below) return;
    }
    findings.push({
      address: addressOf(at),
      kind: 'free list',
      problem: 'the hint for free blocks of a size leads to no such block',
      expected: `a free block of ${size} units`,
      found: hexAddress(hint),
    });
  }

  private compare(findings: HeapFinding[], at: number, expected: number, problem: string): void {
    const found = this.heap.reader.u32(at);
    if (found !== expected) findings.push(finding(at, problem, expected, found));
  }

  private sum(from: number, below: number): number {
    let sum = 0;
    for (let i = from; i < below; i++) sum += this.counts[i] ?? 0;
    return sum;
  }

  private any(from: number, below: number): boolean {
    for (let i = from; i < below; i++) if ((this.counts[i] ?? 0) > 0) return true;
    return false;
  }
}

function bitAt(reader: AddressReader, bitmap: number, i: number): number {
  return (reader.u32(bitmap + (i >>> 5) * 4) >>> (i & 31)) & 1;
}

function finding(address: number, problem: string, expected: number, found: number): HeapFinding {
  return {
    address: addressOf(address),
    kind: 'free list',
    problem,
    expected: hexAddress(expected),
    found: hexAddress(found),
  };
}
