import type { Machine, RegisterContext, Target, Thread } from '../target/index.ts';
import { WordReader } from './wordReader.ts';

/** sizeof(CONTEXT) of x64 (winnt.h) */
const CONTEXT_SIZE = 1232;
/** Return addresses read: no thread has more frames. */
const MAX_ENTRIES = 0x10000;
/** How many calls ahead a return address is looked for when the two stacks differ. */
const MAX_SKIPPED = 16;

/**
 * A thread's shadow stack (Intel CET): the processor's own list of return addresses, which nothing but calls and
 * returns can change. Where a dump has it, it says where each frame returns to.
 */
export class ShadowStack {
  private at = 0;

  constructor(private readonly addresses: readonly number[]) {}

  /** The shadow stack that belongs to a thread's own context; undefined where the dump has none for it. */
  static of(
    target: Target,
    machine: Machine,
    thread: Thread | undefined,
    registers: RegisterContext,
  ): ShadowStack | undefined {
    const { dump } = target;
    if (machine.kind !== 'x64' || !dump || !thread) return undefined;
    const record = dump.threads[thread.index];
    // without extended state there is no shadow stack pointer
    if (record?.id !== thread.id || record.context.size <= CONTEXT_SIZE) return undefined;
    const own = thread.context(machine);
    // a context from elsewhere (.cxr) has its own place in the calls
    if (!own || own.sp !== registers.sp || own.ip !== registers.ip) return undefined;
    const ssp = dump.extendedState(dump.context(record.context))?.ssp;
    if (!ssp) return undefined;
    const reader = new WordReader(target.memory);
    const addresses: number[] = [];
    for (let slot = Number(ssp); addresses.length < MAX_ENTRIES; slot += 8) {
      const address = reader.pointer(slot);
      if (!address) break;
      addresses.push(address);
    }
    return addresses.length > 0 ? new ShadowStack(addresses) : undefined;
  }

  /** Where the frame that is walked now returns to; undefined past the outermost. */
  get expected(): number | undefined {
    return this.addresses[this.at];
  }

  /** Goes on to the next frame; false where `address` is none of the next few return addresses. */
  follow(address: number): boolean {
    const found = this.addresses.indexOf(address, this.at);
    if (found < 0 || found - this.at > MAX_SKIPPED) return false;
    this.at = found + 1;
    return true;
  }
}
