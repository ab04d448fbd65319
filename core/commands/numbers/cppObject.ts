import type { CppValue, ReadableMemory } from '../../eval/index.ts';
import type { Address, Memory } from '../../target/index.ts';
import { type Type, unmodified } from '../../types/index.ts';
import type { Session } from '../session.ts';
import { ELSEWHERE, PiecedMemory } from '../variables/index.ts';

/** What an expression came to, as an object that can be read by its type. */
export interface CppObject {
  readonly type: Type;
  readonly address: Address;
  /** the process' memory; of a number that lies nowhere (`1 + 1`, a cast) what stands in for it */
  readonly memory: Memory;
  readonly inMemory: boolean;
  /** the module whose types its type is from */
  readonly module?: string;
}

/** Turns the value of an expression into an object. */
export function objectOf(session: Session, { type, scalar, place, module }: CppValue): CppObject {
  if (place && isMemory(place.memory)) {
    const { address, memory, inRegisters } = place;
    return { type, address, memory, inMemory: !inRegisters, module };
  }
  const pieces = scalar === undefined ? [] : [{ part: 0, bytes: bytesOf(type, scalar) }];
  const memory = new PiecedMemory(session.target.memory, pieces);
  return { type, address: ELSEWHERE, memory, inMemory: false, module };
}

function isMemory(memory: ReadableMemory): memory is Memory {
  return 'windows' in memory;
}

/** A number as memory holds it. */
function bytesOf(type: Type, scalar: bigint | number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  const t = unmodified(type);
  if (typeof scalar === 'number') {
    if (t.size === 4) view.setFloat32(0, scalar, true);
    else view.setFloat64(0, scalar, true);
  } else {
    const position = t.kind === 'bit field' ? BigInt(t.position) : 0n;
    view.setBigUint64(0, BigInt.asUintN(64, scalar << position), true);
  }
  return new Uint8Array(view.buffer, 0, Math.min(8, Math.max(1, t.size)));
}
