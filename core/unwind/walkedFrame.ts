import type { Module, RegisterContext } from '../target/index.ts';
import type { InlineFrame } from '../symbols/index.ts';
import type { Frame, FrameSource } from './frame.ts';
import type { RegisterFile, RegisterLayout } from './registerFile.ts';
import type { Step, WalkSpace } from './walkSpace.ts';

/** What a frame and the functions inlined in it share. */
export interface FrameGround {
  /** the context that the walk began with */
  readonly context: RegisterContext;
  readonly layout: RegisterLayout;
  readonly space: WalkSpace;
  readonly file: RegisterFile;
  readonly lookup: number;
  readonly module: Module | undefined;
  /** the step to its caller; undefined in the outermost frame */
  readonly step: Step | undefined;
  readonly first: boolean;
  readonly width: 4 | 8;
}

/** A frame of a walk. Its register context is made when asked for: most frames are only printed. */
export class WalkedFrame implements Frame {
  private made: RegisterContext | undefined;

  constructor(
    private readonly ground: FrameGround,
    readonly index: number,
    readonly how: FrameSource,
    readonly warning?: Frame['warning'],
    readonly inlined?: InlineFrame,
  ) {}

  get inline(): boolean {
    return this.inlined !== undefined;
  }

  get module(): Module | undefined {
    return this.ground.module;
  }

  get instruction(): bigint {
    return instructionOf(this.ground.file);
  }

  get lookup(): bigint {
    return this.ground.file.raw ?? BigInt(this.ground.lookup);
  }

  get frame(): bigint {
    const { step, file, layout, width } = this.ground;
    return BigInt(step?.frame ?? (step || width === 8 ? file.sp : Number(file.values[layout.fp] ?? 0n)));
  }

  get parameters(): bigint {
    const { step, file, width } = this.ground;
    return BigInt(step?.parameters ?? step?.caller.sp ?? file.sp + 2 * width);
  }

  get virtualFrame(): bigint {
    const { step, width } = this.ground;
    return step?.base === undefined ? this.frame + BigInt(width) : BigInt(step.base);
  }

  get returnAddress(): bigint | undefined {
    const caller = this.ground.step?.caller;
    if (!caller || this.inline) return undefined;
    const address = instructionOf(caller);
    return address === 0n ? undefined : address;
  }

  get note(): string | undefined {
    return this.inline ? undefined : this.ground.step?.note;
  }

  get registers(): RegisterContext {
    return (this.made ??= contextOf(this.ground));
  }
}

function instructionOf(file: RegisterFile): bigint {
  return file.raw ?? BigInt(file.ip);
}

function contextOf({ context, layout, space, file, first }: FrameGround): RegisterContext {
  if (first) return context;
  const made = context.clone([]);
  layout.names.forEach((name, i) => {
    if (i !== layout.sp && file.known & (1 << i)) made.set(name, file.values[i] ?? 0n);
  });
  made.ip = instructionOf(file);
  made.sp = BigInt(file.sp);
  for (const [name, address] of file.saved ?? []) setSaved(made, space, name, address);
  return made;
}

/** A register wider than the general ones, from where the prolog saved it. */
function setSaved(context: RegisterContext, space: WalkSpace, name: string, address: number): void {
  const length = context.bytes(name)?.length ?? 0;
  const bytes = space.stack.bytes(address, length);
  if (!bytes) return;
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  context.set(name, value);
}
