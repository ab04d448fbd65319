import { hex } from '../../bytes/index.ts';
import { tebOf, stackOf } from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { ExceptionCode } from '../exceptions/index.ts';
import type { CrashInput } from './crashInput.ts';
import type { Access, FoundException } from './model.ts';

/** A push or probe beyond this below the stack's end is no overflow but a bad pointer. Bytes. */
const REACH = 0x10000n;

/** A stack that has run out, and how that is known. */
export interface StackExhaustion {
  readonly evidence: readonly string[];
  /** of the stack where it is known; bytes in use */
  readonly used?: bigint;
}

/**
 * Whether the thread of the exception has used up its stack: by the code, or by an access below the stack's end at a
 * stack pointer that is at its end as well.
 */
export function stackExhaustion(
  input: CrashInput,
  exception: FoundException | undefined,
  access: Access | undefined,
): StackExhaustion | undefined {
  if (!exception) return undefined;
  const { record, registers, thread, machine } = exception;
  const isCode = record.code >>> 0 === ExceptionCode.StackOverflow;
  const view = input.view(machine);
  const teb = view && thread ? tebOf(view, thread) : undefined;
  const range = view && thread ? stackOf(view, thread) : undefined;
  const digits = (value: Address): string => hex(value, machine.pointerSize * 2);
  const evidence: string[] = [];
  if (isCode)
    evidence.push('the exception is STATUS_STACK_OVERFLOW: the guard page of the stack was touched');
  const sp = registers?.sp;
  // the reservation ends at DeallocationStack; without a TEB nothing is known of it
  const end = teb?.DeallocationStack ?? undefined;
  const near = sp !== undefined && typeof end === 'bigint' && end !== 0n && sp < end + REACH;
  if (near) evidence.push(`stack pointer ${digits(sp)} is at the end of the stack, ${digits(end)}`);
  const below = access?.place.kind === 'guard page';
  if (below) evidence.push(`the ${access.kind} of ${digits(access.address)} went ${access.place.text}`);
  const base = typeof teb?.StackBase === 'bigint' && teb.StackBase !== 0n ? teb.StackBase : range?.end;
  const used = base !== undefined && sp !== undefined && base > sp ? base - sp : undefined;
  if (used !== undefined) evidence.push(`0x${used.toString(16)} bytes of stack are in use`);
  return isCode || (near && below) ? { evidence, used } : undefined;
}
