import type { Address, Module, RegisterContext } from '../target/index.ts';
import type { InlineFrame } from '../symbols/index.ts';

/** How a frame was found: from the context itself, or how its caller's registers were recovered. cli.md names them. */
export type FrameSource =
  'context' | 'frame data' | 'fpo' | 'frame pointer' | 'unwind info' | 'leaf' | 'inline' | 'scan';

export interface Frame {
  /** counts from 0 over physical and inline frames together, as kn numbers them */
  readonly index: number;
  /** where the thread is in this frame: for callers the return address */
  readonly instruction: Address;
  /** ChildEBP on x86, Child-SP on x64 and ARM64 (PDB-UNWIND.md 7) */
  readonly frame: Address;
  /** where this frame's function returns to; absent in the outermost frame */
  readonly returnAddress?: Address;
  /** registers as far as they are recovered, at `instruction` */
  readonly registers: RegisterContext;
  readonly how: FrameSource;
  readonly inline: boolean;
  readonly module?: Module;
  /**
   * The address to look names and lines up by: `instruction` where it is exact (the first frame, frames under a trap),
   * else one below it, because a call may be the last instruction of its function.
   */
  readonly lookup: Address;
  /** address of the first argument slot: what kb and kv read their "Args to Child" from */
  readonly parameters: Address;
  /**
   * x86: what symbols that say "relative to the frame" (CodeView's VFRAME) count from: $T0 of frame data, else the
   * address of the return address
   */
  readonly virtualFrame: Address;
  /** what k prints above this frame: no unwind information, not in a module */
  readonly warning?: 'no unwind information' | 'no module';
  /** the FPO or frame data note of kv: `FPO: [2,0,0]` */
  readonly note?: string;
  /** of an inline frame: the function that was inlined, and where in it the thread is */
  readonly inlined?: InlineFrame;
}

/** Why a walk ended. There is always a reason. */
export type WalkEnd =
  | 'null return address'
  | 'end of stack'
  | 'memory not in dump'
  | 'frame limit'
  | 'no progress'
  | 'no context'
  /** code that no image, symbol file or table describes, and nothing on the stack that could be its caller */
  | 'no caller found'
  /** ARM (Thumb-2) and ARM64EC code is named, not walked */
  | 'machine not supported';

export interface StackTrace {
  readonly frames: readonly Frame[];
  readonly end: WalkEnd;
  /** the frame limit cut it */
  readonly truncated: boolean;
}
