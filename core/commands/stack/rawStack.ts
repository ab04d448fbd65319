import { readPointer, tryRead } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** A word of the stack with what it points to. */
export interface RawWord {
  readonly address: bigint;
  readonly value: bigint | undefined;
  readonly symbol?: string;
}

/** as many as dds shows */
const DEFAULT_WORDS = 0x20;

/** The words from `sp` upwards, with symbols for those that point into modules. */
export function rawStack(session: Session, sp: bigint, count = DEFAULT_WORDS): RawWord[] {
  const size = session.machine.pointerSize;
  return Array.from({ length: count }, (_, i) => {
    const address = sp + BigInt(i * size);
    const value = tryRead(() => readPointer(session.target.memory, address, size));
    return { address, value, symbol: value === undefined ? undefined : session.symbols.describe(value) };
  });
}
