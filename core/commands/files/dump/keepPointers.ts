import type { Address } from '../../../target/index.ts';
import type { Session } from '../../session.ts';
import { stackRanges } from './chooseMemory.ts';

/** Bytes as they are written, of those at an address. */
export type MemoryFilter = (start: Address, bytes: Uint8Array) => Uint8Array;

/**
 * The filter of /mr: of stacks only words stay that a stack walk needs, those that point into modules or stacks; the
 * rest is zero. Other memory passes as it is.
 */
export function keepPointers(session: Session): MemoryFilter {
  const stacks = stackRanges(session);
  const { modules, system } = session.target;
  const { pointerSize } = system.machine;
  const isKept = (value: bigint): boolean =>
    modules.find(value) !== undefined || stacks.some(({ start, end }) => value >= start && value <= end);
  return (start, bytes) => {
    const end = start + BigInt(bytes.length);
    const out = new Uint8Array(bytes);
    const view = new DataView(out.buffer);
    for (const stack of stacks) {
      if (stack.start >= end || stack.end <= start) continue;
      const from = stack.start > start ? Number(stack.start - start) : 0;
      const to = stack.end < end ? Number(stack.end - start) : out.length;
      for (let at = from; at + pointerSize <= to; at += pointerSize) {
        const value = pointerSize === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
        if (!isKept(value)) out.fill(0, at, at + pointerSize);
      }
    }
    return out;
  };
}
