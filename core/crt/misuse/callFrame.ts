import type { Address, Module, RegisterContext } from '../../target/index.ts';

/** One frame of a stack, as far as the search for misuse needs it: the unwinder's frames fit. */
export interface CallFrame {
  readonly index: number;
  /** where the thread is in this frame: for callers the return address */
  readonly instruction: Address;
  /** the address to look its function up by */
  readonly lookup: Address;
  readonly returnAddress?: Address;
  readonly registers: RegisterContext;
  readonly inline: boolean;
  readonly module?: Module;
  /** address of the first argument's slot: on x64 that of rcx's home */
  readonly parameters: Address;
}

/** A thread's stack, innermost frame first. */
export interface CallStack {
  /** how the person names it: index and id of the thread */
  readonly thread: { readonly index: number; readonly id: number } | undefined;
  /** it is the stack of the exception, and not where the thread stood when the dump was written */
  readonly ofException: boolean;
  readonly frames: readonly CallFrame[];
}
