import { AwaitFirst, messageOf } from '../errors/index.ts';
import type { Address, Module, ModuleList } from '../target/index.ts';
import type { ModuleSymbols, SymbolKind, SymbolRecord } from './model.ts';
import type { FoundSymbol, ReloadOptions, SymbolAttempt, SymbolLoad, SymbolService } from './service.ts';
import { namedOtherwise } from './namedOtherwise.ts';
import { DEFAULT_SYMBOL_OPTIONS, type SymbolChoice, type SymbolOptions } from './symbolOptions.ts';
import { compileWildcard, escapeWildcards } from '../types/index.ts';

/** Finds and opens one module's symbols: PDB, Breakpad file or export table, whichever is best. */
export interface SymbolLoader {
  /**
   * The symbols, or undefined where there are none. Called once for each module, and once more if the first call was
   * not allowed to ask a server and noted a server as `not asked`. May throw `AwaitFirst` where a download was
   * begun; another error counts as "no symbols" and is kept as the reason.
   */
  load(module: Module, request: LoadRequest): ModuleSymbols | undefined;
  /** Forgets what was not found, for one module or all: the next load looks again. */
  forget?(module?: Module): void;
  /** Forgets what servers sent: the next load with `overwrite` asks them again. */
  forgetFetched?(): void;
}

export interface LoadRequest extends Readonly<Omit<SymbolChoice, 'fetchImages'>> {
  /** Whether a server may be asked. If not, it is noted as `not asked`, and what is found locally is returned. */
  readonly download: boolean;
  /** Whether none may be asked at all: secure mode. */
  readonly offline: boolean;
  /** Whether servers are asked for what their caches hold already. */
  readonly overwrite: boolean;
  /** Takes down each place as it is looked at. */
  note(attempt: SymbolAttempt): void;
}

/** What is known of a module's symbols: everything, what lies on this machine, or nothing yet. */
interface Entry {
  readonly state: 'final' | 'local';
  readonly symbols: ModuleSymbols | undefined;
  readonly attempts: readonly SymbolAttempt[];
}

/** A symbol name as a person types it: `module!name`; no module where it is searched in all of them. */
interface QualifiedName {
  readonly module: string | undefined;
  readonly name: string;
}

/** Symbols of these kinds stand for no address. */
const WITHOUT_ADDRESS: ReadonlySet<SymbolKind> = new Set(['constant', 'type']);

/**
 * The symbols of a process: modules with what a loader finds for each, when something asks. `fetchImage` has a module's
 * image sent by a server, and throws `AwaitFirst` while it is on its way.
 */
export function createSymbolService(
  modules: ModuleList,
  loader: SymbolLoader,
  fetchImage?: (module: Module) => void,
): SymbolService {
  return new LazySymbolService(modules, loader, fetchImage);
}

class LazySymbolService implements SymbolService {
  readonly options: SymbolOptions = { ...DEFAULT_SYMBOL_OPTIONS };
  revision = 0;
  private readonly entries = new Map<Module, Entry>();
  private readonly loads = new Map<Module, SymbolLoad>();
  private readonly ignoreMismatch = new Set<Module>();
  private readonly overwrite = new Set<Module>();
  private readonly named = new WeakMap<ModuleSymbols, { naming: string; symbols: ModuleSymbols }>();

  constructor(
    private readonly modules: ModuleList,
    private readonly loader: SymbolLoader,
    private readonly fetchImage: ((module: Module) => void) | undefined,
  ) {}

  of(module: Module, { download } = { download: true }): ModuleSymbols | undefined {
    return this.shown(this.load(module, download).symbols);
  }

  status(module: Module): ReturnType<SymbolService['status']> {
    const entry = this.entries.get(module);
    if (entry?.state !== 'final') return 'deferred';
    return entry.symbols?.status ?? 'none';
  }

  loaded(module: Module): ModuleSymbols | undefined {
    const entry = this.entries.get(module);
    return entry?.state === 'final' ? this.shown(entry.symbols) : undefined;
  }

  nearest(address: Address): FoundSymbol | undefined {
    const module = this.modules.find(address);
    const symbol = module && this.of(module)?.nearest(Number(address - module.base));
    return symbol && found(module, symbol, address);
  }

  describe(address: Address): string | undefined {
    const module = this.modules.find(address);
    if (!module) return undefined;
    const at = this.nearest(address);
    const name = at ? `${module.name}!${at.symbol.name}` : module.name;
    const displacement = at ? at.displacement : address - module.base;
    return displacement ? `${name}+0x${displacement.toString(16)}` : name;
  }

  resolve(text: string): readonly FoundSymbol[] {
    const { module: moduleName, name } = split(text);
    if (moduleName !== undefined) {
      const module = this.byName(moduleName);
      return module ? this.namedIn(module, this.of(module), name) : [];
    }
    const inLoaded = [...this.modules].flatMap((m) => this.namedIn(m, this.loaded(m), name));
    if (inLoaded.length || this.options.loadedOnly) return inLoaded;
    for (const module of this.modules) {
      if (this.entries.get(module)?.state === 'final') continue;
      const symbols = this.namedIn(module, this.of(module, { download: false }), name);
      if (symbols.length) return symbols;
    }
    return [];
  }

  *match(text: string): Generator<FoundSymbol> {
    const { module: modulePattern = '*', name } = split(text);
    for (const [module, symbols] of this.loadMatching(modulePattern)) {
      for (const symbol of symbols.match(name)) yield found(module, symbol);
    }
  }

  line(address: Address): ReturnType<SymbolService['line']> {
    const module = this.modules.find(address);
    const line = module && this.of(module)?.lineAt?.(Number(address - module.base));
    return line && { ...line, module };
  }

  reload(module?: Module, options: ReloadOptions = {}): void {
    this.revision++;
    if (!options.keepAbsent) this.loader.forget?.(module);
    if (options.overwrite) this.loader.forgetFetched?.();
    for (const m of module ? [module] : this.modules) {
      this.entries.delete(m);
      if (options.overwrite) this.overwrite.add(m);
      else this.overwrite.delete(m);
      if (options.ignoreMismatch) this.ignoreMismatch.add(m);
      else this.ignoreMismatch.delete(m);
    }
  }

  reasons(module: Module): readonly SymbolAttempt[] {
    return this.entries.get(module)?.attempts ?? [];
  }

  takeLoads(): readonly SymbolLoad[] {
    const loads = [...this.loads.values()];
    this.loads.clear();
    return loads;
  }

  private shown(symbols: ModuleSymbols | undefined): ModuleSymbols | undefined {
    if (!symbols) return undefined;
    const { caseSensitive, decorated, withoutCpp } = this.options;
    if (!caseSensitive && !decorated && !withoutCpp) return symbols;
    const naming = [caseSensitive, decorated, withoutCpp].join();
    let known = this.named.get(symbols);
    if (known?.naming !== naming) {
      known = { naming, symbols: namedOtherwise(symbols, this.options) };
      this.named.set(symbols, known);
    }
    return known.symbols;
  }

  /** Symbols of a name, in its own case first, else in any: WinDbg's names know no case. */
  private namedIn(module: Module, symbols: ModuleSymbols | undefined, name: string): FoundSymbol[] {
    if (!symbols) return [];
    let records = addressed(symbols.find(name));
    if (records.length === 0 && !this.options.caseSensitive)
      records = addressed(symbols.match(escapeWildcards(name)));
    return records.map((s) => found(module, s));
  }

  /** `nt` is WinDbg's name for ntdll when the process is in user mode. */
  private byName(name: string): Module | undefined {
    const module = this.modules.byName(name);
    return module ?? (name.toLowerCase() === 'nt' ? this.modules.byName('ntdll') : undefined);
  }

  /**
   * Modules by name or pattern, with their symbols, all loaded before the first is used. A bare `*` asks no server:
   * one mistyped name would fetch the symbols of every module. All downloads that are needed begin together.
   */
  private loadMatching(pattern: string): [Module, ModuleSymbols][] {
    const single = this.byName(pattern);
    const wildcard = compileWildcard(pattern);
    const chosen = single ? [single] : [...this.modules].filter((m) => wildcard.test(m.name));
    const waiting: AwaitFirst[] = [];
    const ready: [Module, ModuleSymbols][] = [];
    for (const module of chosen) {
      try {
        const symbols = this.of(module, { download: pattern !== '*' });
        if (symbols) ready.push([module, symbols]);
      } catch (e) {
        if (!(e instanceof AwaitFirst)) throw e;
        waiting.push(e);
      }
    }
    if (waiting.length) throw waitForAll(waiting);
    return ready;
  }

  private load(module: Module, download: boolean): Entry {
    const known = this.entries.get(module);
    if (known && (known.state === 'final' || !download)) return known;
    const attempts: SymbolAttempt[] = [];
    const request: LoadRequest = {
      ...this.options,
      download: download && !this.options.offline,
      overwrite: this.overwrite.has(module),
      ignoreMismatch: !this.options.exact && (this.options.ignoreMismatch || this.ignoreMismatch.has(module)),
      note: (attempt) => attempts.push(attempt),
    };
    if (request.download && this.options.fetchImages && !module.codeView) this.fetchImage?.(module);
    const symbols = this.tryLoad(module, request);
    const state = attempts.some((a) => a.outcome === 'not asked') ? 'local' : 'final';
    // a loader that notes `not asked` though it might ask would be asked for ever
    const entry: Entry = { state: download ? 'final' : state, symbols, attempts };
    this.entries.set(module, entry);
    this.loads.delete(module); // so that it is the last again
    this.loads.set(module, { module, symbols, attempts });
    return entry;
  }

  private tryLoad(module: Module, request: LoadRequest): ModuleSymbols | undefined {
    try {
      return this.loader.load(module, request);
    } catch (e) {
      if (e instanceof AwaitFirst) throw e;
      request.note({ place: module.path, outcome: 'unreadable', detail: messageOf(e) });
      return undefined;
    }
  }
}

function waitForAll(waiting: readonly AwaitFirst[]): AwaitFirst {
  const [first] = waiting;
  if (first && waiting.length === 1) return first;
  const ready = Promise.all(waiting.map((w) => w.ready)).then(() => undefined);
  return new AwaitFirst(ready, waiting.map((w) => w.what).join(', '));
}

function found(module: Module, symbol: SymbolRecord, address?: Address): FoundSymbol {
  const at = symbol.absolute ? BigInt(symbol.rva) : module.base + BigInt(symbol.rva);
  if (address === undefined) return { module, symbol, address: at, displacement: 0n };
  const displacement = symbol.displacement === undefined ? address - at : BigInt(symbol.displacement);
  return { module, symbol, address: at, displacement };
}

function addressed(symbols: Iterable<SymbolRecord>): SymbolRecord[] {
  return [...symbols].filter((s) => !WITHOUT_ADDRESS.has(s.kind));
}

/** Splits at the first `!`. No module before a `!` means all (`!main`); a C++ operator's name holds a `!` too. */
function split(text: string): QualifiedName {
  const bang = text.indexOf('!');
  if (bang < 0 || text.slice(0, bang).endsWith('operator')) return { module: undefined, name: text };
  return { module: bang > 0 ? text.slice(0, bang) : undefined, name: text.slice(bang + 1) };
}
