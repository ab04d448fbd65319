import type { Type, TypeSource } from '../types/index.ts';
import type { LocalScope } from './localVariable.ts';
import type { SourceIndex } from './source/index.ts';
import type { UnwindSource } from './unwindSource.ts';

/** What a symbol is, as far as its source says. */
export type SymbolKind = 'function' | 'data' | 'public' | 'export' | 'constant' | 'thunk' | 'label' | 'type';

/** A symbol of one module. RVAs are relative to the module's base, in the image's own space (after OMAP). */
export interface SymbolRecord {
  readonly name: string;
  /** the name as its source has it, where that differs: MSVC decoration */
  readonly decorated?: string;
  readonly rva: number;
  /** bytes it covers, where known */
  readonly size?: number;
  readonly kind: SymbolKind;
  /** its type, where the source has types */
  readonly type?: Type;
  /** defined in the module's private symbols (with types and locals), not merely public */
  readonly private?: boolean;
  /** of a constant: its value */
  readonly value?: bigint | number;
  /** public symbols: whether its source says that it is code; undefined where it does not say */
  readonly isCode?: boolean;
  /** in thread-local storage: the RVA is that of the initial value */
  readonly thread?: boolean;
  /** no place in the image: `rva` is its whole value (SYMOPT_ALLOW_ABSOLUTE_SYMBOLS) */
  readonly absolute?: true;
  /**
   * Of `nearest` and `at`: how far into the symbol the RVA asked for is, where that is not the difference of the RVAs:
   * an image whose code was moved after linking (OMAP) counts as the linker laid it out, as dbghelp does.
   */
  readonly displacement?: number;
}

/** A line of a source file. `line` counts from 1. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  /** RVA of the first instruction of the line's run, and its length */
  readonly rva: number;
  readonly length: number;
  readonly checksum?: { readonly kind: 'md5' | 'sha1' | 'sha256'; readonly bytes: Uint8Array };
}

/** A file that the linker put into the symbols: a NatVis file, say. */
export interface InjectedSource {
  /** as the linker was given it: a path on the machine that linked */
  readonly name: string;
  readonly text: string;
}

/** How lm names what was found for a module. */
export type SymbolStatus = 'none' | 'deferred' | 'export' | 'pdb' | 'breakpad';

/** One module's symbols from one source (a PDB, a .sym, an export table). Look-ups are cheap after the first. */
export interface ModuleSymbols {
  readonly status: Exclude<SymbolStatus, 'deferred'>;
  /** the file they came from, where there is one */
  readonly file?: string;
  /** a PDB with private symbols: lm says `private pdb symbols` */
  readonly private?: boolean;
  /** The symbol at or nearest below an RVA; undefined where the source has none that could be meant. */
  nearest(rva: number): SymbolRecord | undefined;
  /** All symbols at the address of `nearest(rva)`, that one first (ln prints them). */
  at?(rva: number): readonly SymbolRecord[];
  /** The first symbol above an RVA. */
  next(rva: number): SymbolRecord | undefined;
  /** Symbols of exactly this name, case as given. */
  find(name: string): readonly SymbolRecord[];
  /** Symbols whose names match a WinDbg pattern (`*`, `?`, `[set]`, `#`, `+`), case ignored. */
  match(pattern: string): Iterable<SymbolRecord>;
  lineAt?(rva: number): SourceLine | undefined;
  /**
   * Runs of code that source files of this name made, by rising RVA: all, or those of one line. A name without a folder
   * means every file of that name; case and the kind of slash do not count.
   */
  codeOf?(file: string, line?: number): Iterable<SourceLine>;
  /** The variables of the procedure at an RVA and where each is there: the procedure's scope, then those inside it. */
  localsAt?(rva: number): readonly LocalScope[];
  /** where the file says that its sources can be had */
  readonly sourceIndexes?: readonly SourceIndex[];
  readonly types?: TypeSource;
  /** files that were put into the symbols */
  injectedSources?(): readonly InjectedSource[];
  /** what the file knows about the stack */
  readonly unwind?: UnwindSource;
}
