/** Finds the procedure at an address and reads its inside once: variables and inlined functions come from there. */
import { LRUCache } from 'lru-cache';
import type { AddressSearch } from './addressSearch.ts';
import { indexAbove } from './addressTable.ts';
import { ITEM } from './moduleIndex.ts';
import type { ModuleStreams } from './moduleStreams.ts';
import { procedureRecords, type ProcedureRecord } from './procedureRecords.ts';
import type { ProcedureSymbol } from './symbolRecord.ts';

/** Records of procedures that are kept decoded, over all. */
const KEPT = 8000;
/** Entries at one address that are looked through for a procedure. */
const STEPS = 16;

/** A procedure with its records. */
export interface Procedure {
  readonly module: number;
  readonly symbol: ProcedureSymbol;
  /** the linker's RVA of its first byte */
  readonly rva: number;
  readonly records: readonly ProcedureRecord[];
}

export class Procedures {
  private readonly kept = new LRUCache<string, Procedure>({
    maxSize: KEPT,
    sizeCalculation: ({ records }) => records.length + 1,
  });

  constructor(
    private readonly addresses: AddressSearch,
    private readonly modules: ModuleStreams,
  ) {}

  /** The procedure whose code covers one of the linker's RVAs, separated code included. */
  at(rva: number): Procedure | undefined {
    const module = this.addresses.moduleAt(rva);
    const index = module === undefined ? undefined : this.modules.index(module);
    if (!index || module === undefined) return undefined;
    const piece = index.separatedAt(rva);
    const start = piece >= 0 ? (index.separated.values[piece] ?? 0) : rva;
    const { rvas, sizes, records, values } = index.named;
    let entry = indexAbove(rvas, start) - 1;
    for (let step = 0; step < STEPS && entry >= 0; step++, entry--) {
      if (values[entry] !== ITEM.procedure) continue;
      const first = rvas[entry] ?? 0;
      if (start - first >= (sizes[entry] ?? 0)) return undefined;
      return this.read(module, records[entry] ?? 0, first);
    }
    return undefined;
  }

  private read(module: number, record: number, rva: number): Procedure | undefined {
    const key = `${module}:${record}`;
    const kept = this.kept.get(key);
    if (kept) return kept;
    const info = this.modules.info(module);
    const stream = this.modules.stream(module);
    const symbol = this.modules.symbol(module, record);
    if (!info || !stream || symbol?.is !== 'procedure') return undefined;
    const records = procedureRecords(stream, symbol, record, Math.min(info.symbolBytes, stream.size));
    const procedure = { module, symbol, rva, records };
    this.kept.set(key, procedure);
    return procedure;
  }
}
