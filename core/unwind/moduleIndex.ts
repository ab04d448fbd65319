import type { Module, ModuleList } from '../target/index.ts';

const IMAGE_SCN_MEM_EXECUTE = 0x20000000;

/** A module as a walk sees it: its place in numbers, and where its code lies. */
export class ModuleEntry {
  readonly base: number;
  readonly end: number;
  private code: readonly (readonly [number, number])[] | undefined;

  constructor(readonly module: Module) {
    this.base = Number(module.base);
    this.end = Number(module.end);
  }

  /** Whether an address in the module lies in a section that is executed; true where the headers are not there. */
  isCode(address: number): boolean {
    const rva = address - this.base;
    this.code ??= codeRanges(this.module);
    if (this.code.length === 0) return true;
    return this.code.some(([start, end]) => rva >= start && rva < end);
  }
}

/** The modules of a target by address, found by binary search over numbers. */
export class ModuleIndex {
  private readonly entries: readonly ModuleEntry[];
  private last: ModuleEntry | undefined;

  private constructor(modules: ModuleList) {
    this.entries = Array.from(modules, (m) => new ModuleEntry(m)).sort((a, b) => a.base - b.base);
  }

  /** The index of a list, made once for it. */
  static of(modules: ModuleList): ModuleIndex {
    let index = indexes.get(modules);
    if (!index) indexes.set(modules, (index = new ModuleIndex(modules)));
    return index;
  }

  find(address: number): ModuleEntry | undefined {
    const last = this.last;
    if (last && address >= last.base && address < last.end) return last;
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.entries[middle]?.base ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    const entry = this.entries[low - 1];
    if (!entry || !(address < entry.end)) return undefined;
    this.last = entry;
    return entry;
  }

  [Symbol.iterator](): Iterator<ModuleEntry> {
    return this.entries[Symbol.iterator]();
  }
}

const indexes = new WeakMap<ModuleList, ModuleIndex>();

function codeRanges(module: Module): [number, number][] {
  const sections = module.image?.sections ?? [];
  return sections
    .filter((s) => (s.characteristics & IMAGE_SCN_MEM_EXECUTE) !== 0)
    .map((s) => [s.virtualAddress, s.virtualAddress + Math.max(s.virtualSize, s.rawSize)]);
}
