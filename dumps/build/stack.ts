import type { AddressSpace } from './addressSpace.ts';

/** One call on a stack with frame pointers: where it returns to, its arguments, and the bytes of its locals. */
export interface Call {
  readonly returnTo: number;
  readonly args?: readonly number[];
  readonly locals?: number;
}

/** Registers at the innermost call, once its frame stands. */
export interface StackTop {
  readonly esp: number;
  readonly ebp: number;
}

/** Puts calls on a stack, outermost first, each with `push ebp; mov ebp,esp; sub esp,locals` done. */
export function putStack(space: AddressSpace, stackBase: number, calls: readonly Call[]): StackTop {
  let esp = stackBase - 0x10;
  let ebp = 0;
  const push = (value: number): void => {
    esp -= 4;
    space.u32(esp, value);
  };
  for (const call of calls) {
    for (const argument of [...(call.args ?? [])].reverse()) push(argument);
    push(call.returnTo);
    push(ebp);
    ebp = esp;
    esp -= call.locals ?? 0;
  }
  return { esp, ebp };
}
