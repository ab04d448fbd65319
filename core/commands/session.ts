import type { Command } from './command.ts';
import type { OutputFiles } from './outputFiles.ts';
import type { StructLayouts } from '../types/index.ts';
import type { Machine, RegisterContext, Target, Thread } from '../target/index.ts';
import type { SearchPaths, SourceFiles, SymbolService } from '../symbols/index.ts';
import type { Evaluator } from '../eval/index.ts';
import type { Frame, StackTrace } from '../unwind/index.ts';
import type { AliasTable } from '../script/index.ts';

/**
 * What the person has open and where they stand in it. Commands that only report do not change it.
 * The context is thread, machine in effect, frame, and an override set by .cxr or .ecxr.
 */
export interface Session {
  readonly target: Target;
  readonly symbols: SymbolService;
  /** what .sympath and .exepath show and set; absent where the host finds no files */
  readonly paths?: SearchPaths;
  /** where source files come from; absent where the host has none */
  readonly sources?: SourceFiles;
  /** Windows' own structures (`_PEB`, `_TEB`, `_HEAP`…) for a view of the process: from ntdll's PDB or built in. */
  layouts(machine?: Machine): StructLayouts;
  /** why the built-in structures are not exactly this Windows' own, where they are not */
  layoutNote(machine?: Machine): string | undefined;
  readonly evaluator: Evaluator;
  /** files that commands write; absent where the host has none */
  readonly outputFiles?: OutputFiles;
  readonly aliases: AliasTable;
  /** text files of the host, for scripts and aliases; undefined where the host has none */
  readonly files?: TextFiles;
  /** the dumps that are open: this one, and those that `.opendump` opened beside it */
  readonly systems: SystemList;
  /** what a host shows before a command: `0:000>` */
  prompt(): string;
  /** the commands there are: for .help and for unknown names */
  readonly registry: { readonly commands: readonly Command[]; get(name: string): Command | undefined };

  thread: Thread | undefined;
  machine: Machine;
  /** index of the frame that `.frame` chose; 0 at first */
  frame: number;
  /** registers of the last `.cxr` or `.ecxr`, until a thread is chosen or `.cxr` resets it */
  contextOverride: RegisterContext | undefined;
  /** default radix of numbers: 16 unless `n` changed it */
  radix: number;

  /** The registers that commands work on: the override, else the thread's in the machine in effect. */
  registers(): RegisterContext | undefined;
  /** Makes a thread the current one; ends what .cxr or .frame chose. */
  selectThread(thread: Thread): void;
  /** Takes another view of the process (`.effmach`). */
  selectMachine(machine: Machine): void;
  /** Sets the context of `.cxr` and `.ecxr`; undefined goes back to the thread's own. */
  setContext(context: RegisterContext | undefined): void;
  /** Walks a thread's stack in the machine in effect; `from` replaces the thread's own registers. */
  walk(thread: Thread | undefined, options?: { from?: RegisterContext; limit?: number }): StackTrace;
  /** The frame that `.frame` chose, walked when asked. */
  currentFrame(): Frame | undefined;
  /** Frames that k shows at most (`.kframes`). */
  frameLimit: number;
  /** Ends the session after the command line that runs now: `q`. */
  ended: boolean;
  /** where d, u, s and the like continue, by command family */
  readonly cursors: Map<string, bigint>;
}

/** One of several dumps that are open side by side. */
export interface OpenSystem {
  /** as `||` shows it; it stays the same while the dump is open */
  readonly number: number;
  readonly session: Session;
}

/** The dumps that are open side by side, and which of them commands work on. */
export interface SystemList {
  readonly list: readonly OpenSystem[];
  /** the number of the one in effect */
  readonly current: number;
  /**
   * Opens another dump and puts it in effect. `member` names one within an archive. Rejects with a `StillframeError` for
   * what cannot be opened, `NotAvailable` where the host opens one dump at a time.
   */
  open(path: string, member?: string): Promise<OpenSystem>;
  /** Puts another one in effect; false where none has that number. */
  select(number: number): boolean;
  /** Closes one; another comes into effect. The last one stays open: false. */
  close(number: number): boolean;
}

/** What a host with a file system lends: files that a person names. */
export interface TextFiles {
  /** The text of a file. Rejects with a `StillframeError` that names it. */
  read(path: string): Promise<string>;
  /** A variable of the host's environment (`as /e`). */
  environment(name: string): string | undefined;
}
