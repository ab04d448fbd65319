import type { Address, Module } from '../target/index.ts';
import type { ModuleSymbols, SourceLine, SymbolRecord, SymbolStatus } from './model.ts';

/** A symbol with the module it belongs to. */
export interface FoundSymbol {
  readonly module: Module;
  readonly symbol: SymbolRecord;
  readonly address: Address;
  /** from the symbol to the address that was asked for */
  readonly displacement: bigint;
}

/**
 * Names and addresses over all modules. A module's symbols load when first asked for; loading may throw `AwaitFirst`.
 * All methods take addresses in the process.
 */
export interface SymbolService {
  /** The symbols of a module, loaded now if need be; undefined where nothing was found. */
  of(module: Module): ModuleSymbols | undefined;
  /** What lm prints, without loading anything. */
  status(module: Module): SymbolStatus;
  nearest(address: Address): FoundSymbol | undefined;
  /** `name+0x12` as WinDbg prints it: `ntdll!RtlFreeHeap+0x14e`, `app+0x1234`, or undefined outside modules. */
  describe(address: Address): string | undefined;
  /** Symbols of an exact name: `ntdll!NtClose`, or `NtClose` searched in what is loaded first. */
  resolve(name: string): readonly FoundSymbol[];
  /** Symbols by pattern, `module-pattern!name-pattern`. */
  match(pattern: string): Iterable<FoundSymbol>;
  line(address: Address): (SourceLine & { readonly module: Module }) | undefined;
}
