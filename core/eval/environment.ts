import type { Address, Machine, Memory } from '../target/index.ts';
import type { Type } from '../types/index.ts';
import type { CppNames } from './cppValue.ts';

/** What expressions read of memory. */
export type ReadableMemory = Pick<Memory, 'read' | 'available'>;

/**
 * What an expression may ask of the session it is evaluated in. Everything is asked when the expression needs it, so
 * nothing here is computed before. Look-ups that load symbols may throw `AwaitFirst`; the evaluator lets it pass.
 */
export interface EvaluatorEnvironment {
  /** default radix of numbers without a prefix: 8, 10 or 16 */
  readonly radix: number;
  /** the machine in effect: its pointer size is that of `poi` and of addresses */
  readonly machine: Machine;
  readonly memory: ReadableMemory;

  /** A processor register of the context in effect, zero-extended; undefined where the machine has none of that name. */
  register(name: string): bigint | undefined;
  /** Bits of a processor register; 64 where unknown. C++ gives registers an unsigned type of that width. */
  registerBits?(name: string): number;
  /** A pseudo-register by its name with `$`; undefined where there is none or it has no value in this dump. */
  pseudo(name: string): bigint | undefined;
  /**
   * Sets a pseudo-register that can be set (`$t0`…`$t19`, and what commands leave behind); false for others. Of a
   * floating-point type the value is its bits (`storedBits`).
   */
  setPseudo(
    name: string,
    value: bigint,
    /** the type that C++ sees it with from now on; null for a plain number; undefined leaves it as it is */
    type?: { readonly type: Type; readonly module?: string } | null,
  ): boolean;
  /** What the settable pseudo-registers hold now: calling what is returned gives it back to them. */
  remember(): () => void;
  /** Where a segment register's segment starts: the TEB for fs or gs, 0 for flat ones; undefined for unknown names. */
  segmentBase(name: string): Address | undefined;

  /** Base of a module by WinDbg's name for it or its file name. */
  moduleBase(name: string): Address | undefined;
  /** The distinct addresses of a symbol: `module!name`, or a bare name that is searched in all modules. */
  symbol(name: string): readonly Address[];
  /** Entry point of the image that is loaded at `base`. */
  entryPoint(base: Address): Address | undefined;
  /** What the function at an address returns, as far as success goes; undefined where that cannot be told. */
  returnKind?(address: Address): ReturnKind | undefined;
  /**
   * First instructions of a source line. Without `file`: of the file at the instruction pointer; without `line`: of
   * the file's first line that has code. `line` counts from 1.
   */
  sourceLine?(place: SourcePlace): readonly Address[];
  /** Names and types of C++ expressions; without it they have numbers and registers. */
  readonly names?: CppNames;
}

/** Kinds of return values whose success `$fnsucc` can tell. */
export type ReturnKind = 'truth' | 'pointer' | 'handle' | 'hresult' | 'ntstatus';

/** A source line as an expression names it: `` `module!file:line` ``. */
export interface SourcePlace {
  readonly module?: string;
  readonly file?: string;
  readonly line?: number;
}
