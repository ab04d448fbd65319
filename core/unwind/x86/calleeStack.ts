import type { FpoData, FrameData, StackWin } from '../../symbols/index.ts';
import type { RegisterFile } from '../registerFile.ts';
import type { WalkSpace } from '../walkSpace.ts';
import type { CodeBounds } from './epilogX86.ts';
import { instructionLength } from './instructionX86.ts';

/** How much code is looked through for a function's return. */
const MAX_CODE = 0x2000;
const MAX_INSTRUCTION = 15;

interface Records {
  readonly frameData?: FrameData;
  readonly fpo?: FpoData;
  readonly stackWin?: StackWin;
}

/**
 * What the function of the frame just walked took from its caller's stack: the caller's esp counts from below those
 * arguments or from above them, depending on who takes them off. Worked out only when the caller's step asks.
 */
export class CalleeStack {
  private returned: number | undefined | null = null;

  constructor(
    private readonly space?: WalkSpace,
    private readonly file?: RegisterFile,
    private readonly records?: Records,
    private readonly bounds?: CodeBounds,
    private readonly named?: () => number | undefined,
  ) {}

  /** Bytes of stack parameters: 0 for the first frame, undefined where nobody knows. */
  parameters(): number | undefined {
    if (!this.file) return 0;
    const record = this.records?.frameData ?? this.records?.stackWin ?? this.records?.fpo;
    if (record) return record.parameters;
    const named = this.named?.();
    if (named !== undefined) return named;
    const popped = this.popped();
    // a function that pops nothing may still have parameters, which its caller takes off
    return popped ? popped : undefined;
  }

  /** `file` as the caller finds it: with the arguments gone that the callee's `ret n` takes off. */
  released(file: RegisterFile): RegisterFile {
    const popped = this.popped() ?? 0;
    return popped === 0 ? file : { ...file, sp: file.sp + popped };
  }

  private popped(): number | undefined {
    if (this.returned === null) this.returned = this.findReturn();
    return this.returned;
  }

  /** The first return in the callee's code from where it stands: all its returns take off the same. */
  private findReturn(): number | undefined {
    const { space, file, bounds } = this;
    if (!space || !file) return 0;
    const end = Math.min(bounds?.end ?? Infinity, file.ip + MAX_CODE);
    for (let at = file.ip; at < end;) {
      const b = space.code.upTo(at, MAX_INSTRUCTION);
      if (b[0] === 0xc3) return 0;
      if (b[0] === 0xc2 && b.length >= 3) return (b[1] ?? 0) | ((b[2] ?? 0) << 8);
      const length = instructionLength(b, 0);
      if (length === 0) return undefined;
      at += length;
    }
    return undefined;
  }
}
