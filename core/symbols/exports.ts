import type { Export, ExportTable, PeImage } from '../pe/index.ts';
import type { ModuleSymbols, SymbolRecord } from './model.ts';
import { undecorate } from './undecorate/index.ts';
import { compileWildcard } from '../types/index.ts';

/**
 * An image's exports as symbols. The nearest export at or below an address names it, however far: an export table
 * knows no sizes, and WinDbg takes it so. Forwarders have no address and are left out; entries without a name are
 * called `Ordinal12`, as WinDbg calls them. Undefined where the image exports nothing that has an address.
 */
export function exportSymbols(image: Pick<PeImage, 'exports'>, file?: string): ModuleSymbols | undefined {
  const table = image.exports();
  return table.placed > 0 ? new ExportSymbols(table, file) : undefined;
}

class ExportSymbols implements ModuleSymbols {
  readonly status = 'export';
  private names: Map<string, SymbolRecord[]> | undefined;

  constructor(
    private readonly table: ExportTable,
    readonly file: string | undefined,
  ) {}

  nearest(rva: number): SymbolRecord | undefined {
    return this.at(rva)[0];
  }

  at(rva: number): readonly SymbolRecord[] {
    return this.table.at(rva).map(symbolOf);
  }

  next(rva: number): SymbolRecord | undefined {
    const entry = this.table.next(rva);
    return entry && symbolOf(entry);
  }

  find(name: string): readonly SymbolRecord[] {
    return (this.names ??= byName(this.symbols())).get(name) ?? [];
  }

  *match(pattern: string): Generator<SymbolRecord> {
    const wildcard = compileWildcard(pattern, { symbol: true });
    for (const symbol of this.symbols()) if (wildcard.test(symbol.name)) yield symbol;
  }

  private symbols(): readonly SymbolRecord[] {
    return this.table.byRva().map(symbolOf);
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
function byName(symbols: readonly SymbolRecord[]): Map<string, SymbolRecord[]> {
  const map = new Map<string, SymbolRecord[]>();
  const add = (name: string, symbol: SymbolRecord): void => {
    const known = map.get(name);
    if (known) known.push(symbol);
    else map.set(name, [symbol]);
  };
  for (const symbol of symbols) {
    add(symbol.name, symbol);
    if (symbol.decorated !== undefined) add(symbol.decorated, symbol);
  }
  return map;
}
