import type { Module, Target } from '../target/index.ts';

const IMAGE_SCN_MEM_EXECUTE = 0x20000000;
/** PAGE_EXECUTE, _READ, _READWRITE, _WRITECOPY */
const PAGE_EXECUTE_ANY = 0xf0;

/** An image's headers have its first page to themselves: sections of user mode are aligned to pages (PE Format). */
const HEADERS = 0x1000;

/** A module as a walk sees it: its place in numbers, and where its code lies. */
export class ModuleEntry {
  readonly base: number;
  readonly end: number;
  private code: readonly (readonly [number, number])[] | undefined;

  constructor(
    readonly module: Module,
    private readonly mayExecute: (address: number) => boolean,
  ) {
    this.base = Number(module.base);
    this.end = Number(module.end);
  }

  /**
   * Whether an address in the module lies in a section that is executed; where the headers are not there, in a region
   * that is, and true where the dump does not say.
   */
  isCode(address: number): boolean {
    const rva = address - this.base;
    this.code ??= codeRanges(this.module);
    if (this.code.length === 0) return rva >= HEADERS && this.mayExecute(address);
    return this.code.some(([start, end]) => rva >= start && rva < end);
  }
}

/** The modules of a target by address, found by binary search over numbers. */
export class ModuleIndex {
  private readonly entries: readonly ModuleEntry[];
  private readonly revision: number | undefined;
  private last: ModuleEntry | undefined;

  private constructor({ modules, dump }: Target) {
    this.revision = modules.revision;
    const mayExecute = (address: number): boolean => {
      const regions = dump?.memoryInfos;
      if (!regions || regions.length === 0) return true;
      const region = regions.find(BigInt(address));
      return region === undefined || (region.protect & PAGE_EXECUTE_ANY) !== 0;
    };
    this.entries = Array.from(modules, (m) => new ModuleEntry(m, mayExecute)).sort((a, b) => a.base - b.base);
  }

  /** The index of a target's modules, made anew when the list has changed. */
  static of(target: Target): ModuleIndex {
    let index = indexes.get(target);
    if (!index || index.revision !== target.modules.revision)
      indexes.set(target, (index = new ModuleIndex(target)));
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

const indexes = new WeakMap<Target, ModuleIndex>();

function codeRanges(module: Module): [number, number][] {
  const sections = module.image?.sections ?? [];
  return sections
    .filter((s) => (s.characteristics & IMAGE_SCN_MEM_EXECUTE) !== 0)
    .map((s) => [s.virtualAddress, s.virtualAddress + Math.max(s.virtualSize, s.rawSize)]);
}
