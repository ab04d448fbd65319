import type { Export, PeImage } from '../pe/index.ts';
import type { ModuleSymbols, SymbolRecord } from './model.ts';
import { undecorate } from './undecorate/index.ts';
import { compileWildcard } from './wildcard.ts';

/**
 * An image's exports as symbols. The nearest export at or below an address names it, however far: an export table
 * knows no sizes, and WinDbg takes it so. Forwarders have no address and are left out; entries without a name are
 * called `Ordinal12`, as WinDbg calls them. Undefined where the image exports nothing that has an address.
 */
export function exportSymbols(image: Pick<PeImage, 'exports'>, file?: string): ModuleSymbols | undefined {
  const entries = image.exports().byRva();
  return entries.length ? new ExportSymbols(entries, file) : undefined;
}

class ExportSymbols implements ModuleSymbols {
  readonly status = 'export';
  private names: Map<string, SymbolRecord[]> | undefined;

  constructor(
    /** by rising RVA; those at one RVA in the order of their ordinals, which linkers give by name */
    private readonly entries: readonly Export[],
    readonly file: string | undefined,
  ) {}

  nearest(rva: number): SymbolRecord | undefined {
    return this.at(rva)[0];
  }

  at(rva: number): readonly SymbolRecord[] {
    const above = this.firstAbove(rva);
    const start = this.entries[above - 1]?.rva;
    if (start === undefined) return [];
    return this.entries.slice(this.firstAbove(start - 1), above).map(symbolOf);
  }

  next(rva: number): SymbolRecord | undefined {
    const entry = this.entries[this.firstAbove(rva)];
    return entry && symbolOf(entry);
  }

  find(name: string): readonly SymbolRecord[] {
    return (this.names ??= byName(this.entries)).get(name) ?? [];
  }

  *match(pattern: string): Generator<SymbolRecord> {
    const wildcard = compileWildcard(pattern, { symbol: true });
    for (const entry of this.entries) {
      const symbol = symbolOf(entry);
      if (wildcard.test(symbol.name)) yield symbol;
    }
  }

  /** Index of the first entry whose RVA is greater. */
  private firstAbove(rva: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle]?.rva ?? 0) <= rva) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function symbolOf({ name, ordinal, rva }: Export): SymbolRecord {
  if (name === undefined) return { name: `Ordinal${ordinal}`, rva, kind: 'export' };
  const plain = undecorate(name, { nameOnly: true });
  return plain === name
    ? { name, rva, kind: 'export' }
    : { name: plain, decorated: name, rva, kind: 'export' };
}

/** Every symbol by its plain and by its decorated name. */
function byName(entries: readonly Export[]): Map<string, SymbolRecord[]> {
  const map = new Map<string, SymbolRecord[]>();
  const add = (name: string, symbol: SymbolRecord): void => {
    const known = map.get(name);
    if (known) known.push(symbol);
    else map.set(name, [symbol]);
  };
  for (const entry of entries) {
    const symbol = symbolOf(entry);
    add(symbol.name, symbol);
    if (symbol.decorated !== undefined) add(symbol.decorated, symbol);
  }
  return map;
}
