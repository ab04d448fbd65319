import type { Address, FileAttempt, Module } from '../target/index.ts';
import type { ModuleSymbols, SourceLine, SymbolRecord, SymbolStatus } from './model.ts';
import type { SymbolOptions } from './symbolOptions.ts';

/** A symbol with the module it belongs to. */
export interface FoundSymbol {
  readonly module: Module;
  readonly symbol: SymbolRecord;
  readonly address: Address;
  /** from the symbol to the address that was asked for */
  readonly displacement: bigint;
}

/** One place that was looked into for a module's symbols, and what came of it: a line of `!sym noisy`. */
export interface SymbolAttempt extends FileAttempt {
  /** it was taken though it belongs to another image (`.reload /i`): lm marks the module */
  readonly mismatched?: true;
}

/** One loading of a module's symbols: what `!sym noisy` tells. */
export interface SymbolLoad {
  readonly module: Module;
  readonly symbols: ModuleSymbols | undefined;
  readonly attempts: readonly SymbolAttempt[];
}

/**
 * Names and addresses over all modules. A module's symbols load when first asked for; loading may throw `AwaitFirst`.
 * All methods take addresses in the process.
 */
export interface SymbolService {
  readonly options: SymbolOptions;
  /** rises when `reload` forgets something: what was worked out with symbols before is out of date */
  readonly revision: number;
  /**
   * The symbols of a module, loaded now if need be; undefined where nothing was found. Without `download` no server is
   * asked: what searches all modules for a name goes by what lies on this machine.
   */
  of(module: Module, options?: { readonly download: boolean }): ModuleSymbols | undefined;
  /** What lm prints, without loading anything. */
  status(module: Module): SymbolStatus;
  /** The symbols of a module if they are loaded: lm and views that must not cause a load. */
  loaded(module: Module): ModuleSymbols | undefined;
  nearest(address: Address): FoundSymbol | undefined;
  /** `name+0x12` as WinDbg prints it: `ntdll!RtlFreeHeap+0x14e`, `app+0x1234`, or undefined outside modules. */
  describe(address: Address): string | undefined;
  /** Symbols of an exact name: `ntdll!NtClose`, or `NtClose` searched in what is loaded first. */
  resolve(name: string): readonly FoundSymbol[];
  /** Symbols by pattern, `module-pattern!name-pattern`. */
  match(pattern: string): Iterable<FoundSymbol>;
  line(address: Address): (SourceLine & { readonly module: Module }) | undefined;
  /** Forgets what was loaded, for one module or all: the next question looks again. */
  reload(module?: Module, options?: ReloadOptions): void;
  /** What was looked for and where, in that order; empty while the module is deferred. */
  reasons(module: Module): readonly SymbolAttempt[];
  /** The loads since this was last asked, oldest first; of a module the last one. */
  takeLoads(): readonly SymbolLoad[];
}

export interface ReloadOptions {
  /** `.reload /i`: take symbols whose identity differs from the image's */
  readonly ignoreMismatch?: boolean;
  /** `.reload /o`: ask servers for what their caches hold already */
  readonly overwrite?: boolean;
  /** do not ask again for what was absent: something else is there now, the module's image say */
  readonly keepAbsent?: boolean;
}
