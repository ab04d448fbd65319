import type { ByteSource } from '../../bytes/index.ts';
import type { CodeView } from '../../pe/index.ts';
import type { ModuleSymbols, SourceLine, SymbolRecord } from '../model.ts';
import { undecorate, withoutParameters } from '../undecorate/index.ts';
import type { InlineFrame, UnwindSource } from '../unwindSource.ts';
import { compileWildcard } from '../../types/index.ts';
import { BreakpadIndex, type SymbolColumns } from './breakpadIndex.ts';
import {
  inlinesCovering,
  lineCovering,
  readFunctionDetail,
  type FunctionDetail,
  type InlineRecord,
} from './functionDetail.ts';
import { breakpadMismatch, readModuleRecord, type ModuleRecord } from './moduleRecord.ts';
import { lastAtOrBelow } from './rangeTable.ts';
import { stackCfiAt, stackWinAt } from './stackRecords.ts';

/** Records of one kind by rising RVA. */
interface AddressOrder {
  readonly rvas: Uint32Array;
  /** indexes into the columns */
  readonly records: Uint32Array;
}

/** How many functions may lie within another: parts that were moved are few. */
const MAX_NESTED = 8;

/**
 * Symbols of one module from a Breakpad .sym file. The file is gone through once, when the first question comes; lines,
 * inlined functions and STACK records are read from it when asked for.
 */
export class BreakpadSymbols implements ModuleSymbols {
  readonly status = 'breakpad';
  readonly file: string;
  readonly module: ModuleRecord;
  readonly unwind: UnwindSource;
  private lazyIndex: BreakpadIndex | undefined;
  private lazyFunctions: AddressOrder | undefined;
  private lazyPublics: AddressOrder | undefined;
  private lazyHashes: Uint32Array | undefined;
  private lastDetail: { readonly fn: number; readonly detail: FunctionDetail } | undefined;

  /** Throws `BadFormat` for what is no .sym file. */
  constructor(private readonly source: ByteSource) {
    this.module = readModuleRecord(source);
    this.file = source.name;
    this.unwind = {
      stackWin: (rva) => stackWinAt(source, this.index, rva),
      stackCfi: (rva) => stackCfiAt(source, this.index, rva),
      inlineFrames: (rva) => this.inlineFrames(rva),
      parameterBytes: (rva) => this.parameterBytes(rva),
    };
  }

  /** Why the file does not belong to the image with this debug record; undefined where it does. */
  mismatch(codeView: CodeView): string | undefined {
    return breakpadMismatch(this.module, codeView);
  }

  /**
   * The function that covers an RVA, else the public at or below it, unless a function lies between: what is behind a
   * function's end is not part of it, and no public before it reaches there.
   */
  nearest(rva: number): SymbolRecord | undefined {
    return this.at(rva)[0];
  }

  at(rva: number): readonly SymbolRecord[] {
    const records = this.recordsAt(rva);
    return records.map((r) => this.symbol(r));
  }

  next(rva: number): SymbolRecord | undefined {
    const fn = lastAtOrBelow(this.functionOrder.rvas, rva) + 1;
    const pub = lastAtOrBelow(this.publicOrder.rvas, rva) + 1;
    const fnRva = this.functionOrder.rvas[fn] ?? Infinity;
    const pubRva = this.publicOrder.rvas[pub] ?? Infinity;
    if (fnRva === Infinity && pubRva === Infinity) return undefined;
    if (fnRva <= pubRva) return this.symbol(this.functionOrder.records[fn] ?? 0);
    return this.symbol(this.functionCount + (this.publicOrder.records[pub] ?? 0));
  }

  find(name: string): readonly SymbolRecord[] {
    const hashes = (this.lazyHashes ??= this.hashNames());
    const wanted = hashOf(plainName(name));
    const found: SymbolRecord[] = [];
    for (let record = hashes.indexOf(wanted); record >= 0; record = hashes.indexOf(wanted, record + 1)) {
      const symbol = this.symbol(record);
      if (symbol.name === name || symbol.decorated === name) found.push(symbol);
    }
    return found;
  }

  *match(pattern: string): Generator<SymbolRecord> {
    const wildcard = compileWildcard(pattern, { symbol: true });
    for (const symbol of this.all()) if (wildcard.test(symbol.name)) yield symbol;
  }

  /** The line of the function itself: where it calls what is inlined at the RVA, if anything is. */
  lineAt(rva: number): SourceLine | undefined {
    const detail = this.detailAt(rva);
    const line = detail && lineCovering(detail, rva);
    if (!line) return undefined;
    const [outermost] = inlinesCovering(detail, rva);
    const file = this.index.file(outermost ? outermost.callFile : line.file);
    if (file === undefined) return undefined;
    return { file, line: outermost ? outermost.callLine : line.line, rva: line.rva, length: line.size };
  }

  private get index(): BreakpadIndex {
    return (this.lazyIndex ??= new BreakpadIndex(this.source));
  }

  private get functionOrder(): AddressOrder {
    return (this.lazyFunctions ??= orderOf(this.index.functions));
  }

  private get publicOrder(): AddressOrder {
    return (this.lazyPublics ??= orderOf(this.index.publics));
  }

  /** Records are numbered functions first. */
  private get functionCount(): number {
    return this.index.functions.rvas.length;
  }

  private *all(): Generator<SymbolRecord> {
    const count = this.functionCount + this.index.publics.rvas.length;
    for (let record = 0; record < count; record++) yield this.symbol(record);
  }

  private symbol(record: number): SymbolRecord {
    const { functions, publics, pool } = this.index;
    const isFunction = record < this.functionCount;
    const columns = isFunction ? functions : publics;
    const i = isFunction ? record : record - this.functionCount;
    const decorated = pool.get(columns.names.at(i));
    const name = plainName(decorated);
    const rva = columns.rvas.at(i);
    const symbol: SymbolRecord = isFunction
      ? { name, rva, size: columns.sizes.at(i), kind: 'function' }
      : { name, rva, kind: 'public' };
    return name === decorated ? symbol : { ...symbol, decorated };
  }

  private hashNames(): Uint32Array {
    const { functions, publics, pool } = this.index;
    const hashes = new Uint32Array(this.functionCount + publics.rvas.length);
    const hash = (number: number): number => hashOf(plainName(pool.get(number)));
    for (let i = 0; i < this.functionCount; i++) hashes[i] = hash(functions.names.at(i));
    for (let i = 0; i < publics.rvas.length; i++) hashes[this.functionCount + i] = hash(publics.names.at(i));
    return hashes;
  }

  /** The records that name an RVA, the best first. */
  private recordsAt(rva: number): number[] {
    const { sizes } = this.index.functions;
    const last = lastAtOrBelow(this.functionOrder.rvas, rva);
    const start = this.functionOrder.rvas[last] ?? -1;
    const covering = sameStart(this.functionOrder, last).filter((r) => rva - start < sizes.at(r));
    const lastPublic = lastAtOrBelow(this.publicOrder.rvas, rva);
    const publicStart = this.publicOrder.rvas[lastPublic] ?? -1;
    const publics = sameStart(this.publicOrder, lastPublic).map((r) => this.functionCount + r);
    if (covering.length) return publicStart === start ? [...covering, ...publics] : covering;
    return publicStart >= start ? publics : this.enclosing(last, rva);
  }

  /** A function that begins before others and ends behind them: its middle was moved out, as in Windows' own DLLs. */
  private enclosing(last: number, rva: number): number[] {
    const { rvas, records } = this.functionOrder;
    const { sizes } = this.index.functions;
    for (let i = last - 1; i >= Math.max(0, last - MAX_NESTED); i--) {
      const record = records[i] ?? 0;
      if (rva - (rvas[i] ?? 0) < sizes.at(record)) return [record];
    }
    return [];
  }

  private detailAt(rva: number): FunctionDetail | undefined {
    const fn = this.recordsAt(rva)[0];
    if (fn === undefined || fn >= this.functionCount) return undefined;
    if (this.lastDetail?.fn !== fn) {
      this.lastDetail = { fn, detail: readFunctionDetail(this.source, this.index.functions.offsets.at(fn)) };
    }
    return this.lastDetail.detail;
  }

  private inlineFrames(rva: number): InlineFrame[] {
    const detail = this.detailAt(rva);
    if (!detail) return [];
    const line = lineCovering(detail, rva);
    // where each is: the innermost at the line, the others where they call the next
    let place = line && this.place(line.file, line.line);
    const frames: InlineFrame[] = [];
    for (const inline of inlinesCovering(detail, rva).reverse()) {
      const name = this.index.inlineOrigin(inline.origin) ?? '<unknown>';
      frames.push({ name: withoutParameters(name), start: startOf(inline, rva), source: place });
      place = this.place(inline.callFile, inline.callLine);
    }
    return frames;
  }

  private place(number: number, line: number): { file: string; line: number } | undefined {
    const file = this.index.file(number);
    return file === undefined ? undefined : { file, line };
  }

  private parameterBytes(rva: number): number | undefined {
    const record = this.recordsAt(rva)[0];
    if (record === undefined || this.module.architecture !== 'x86') return undefined;
    const { functions, publics } = this.index;
    const isFunction = record < this.functionCount;
    return isFunction ? functions.parameters.at(record) : publics.parameters.at(record - this.functionCount);
  }
}

/** As WinDbg shows names: undecorated, without parameters. */
function plainName(name: string): string {
  return withoutParameters(undecorate(name, { nameOnly: true }));
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The start of the inlined code that an RVA lies in. */
function startOf(inline: InlineRecord, rva: number): number {
  return inline.ranges.find(([start, size]) => rva >= start && rva - start < size)?.[0] ?? rva;
}

function orderOf(columns: SymbolColumns): AddressOrder {
  const rvas = columns.rvas.toArray();
  const records = new Uint32Array(rvas.length).map((_, i) => i);
  records.sort((a, b) => (rvas[a] ?? 0) - (rvas[b] ?? 0) || a - b);
  return { rvas: records.map((r) => rvas[r] ?? 0), records };
}

/** The records that begin where the one at `last` does, in the order of the file. */
function sameStart(order: AddressOrder, last: number): number[] {
  const start = order.rvas[last];
  let first = last;
  while (first > 0 && order.rvas[first - 1] === start) first--;
  return start === undefined ? [] : [...order.records.subarray(first, last + 1)];
}
