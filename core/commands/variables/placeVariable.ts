import type { VariableLocation } from '../../symbols/index.ts';
import type { Address, Memory } from '../../target/index.ts';
import type { Type } from '../../types/index.ts';
import type { Frame } from '../../unwind/index.ts';
import type { Session } from '../session.ts';
import { ELSEWHERE, PiecedMemory, type Piece } from './piecedMemory.ts';
import { threadBlock } from './threadBlock.ts';

/** Where a variable's value can be read. */
export interface VariablePlace {
  /** in memory; of a value in registers or pieces an address that only `memory` knows */
  readonly address: Address;
  /** the process' memory, with the pieces of the variable that are elsewhere laid over it */
  readonly memory: Memory;
  readonly inMemory: boolean;
  /** where it is as a whole: `ecx`; absent for memory, pieces and constants */
  readonly register?: string;
}

/** Where a variable of a frame is; undefined where it was optimised away or the frame's registers are not known. */
export function placeVariable(
  session: Session,
  frame: Frame,
  type: Type,
  locations: readonly VariableLocation[],
): VariablePlace | undefined {
  const { memory } = session.target;
  const [only] = locations;
  if (locations.length === 1 && only && !('part' in only && only.part)) {
    const address = addressOf(session, frame, only);
    if (address !== undefined) return { address, memory, inMemory: true };
  }
  const pieces = locations.flatMap((location) => pieceOf(session, frame, type.size, location) ?? []);
  if (pieces.length === 0) return undefined;
  const register = locations.length === 1 && only?.kind === 'register' ? only.registers.join(':') : undefined;
  const pieced = new PiecedMemory(memory, pieces);
  return { address: ELSEWHERE, memory: pieced, inMemory: false, ...(register && { register }) };
}

function addressOf(session: Session, frame: Frame, location: VariableLocation): Address | undefined {
  const { pointerSize } = session.machine;
  const wrap = (address: bigint) => BigInt.asUintN(pointerSize * 8, address);
  switch (location.kind) {
    case 'register relative': {
      const base = knownRegister(frame, location.register);
      return base === undefined ? undefined : wrap(base + BigInt(location.offset));
    }
    case 'frame relative':
      return wrap(frame.virtualFrame + BigInt(location.offset));
    case 'static':
      return frame.module && frame.module.base + BigInt(location.rva);
    case 'thread': {
      const block = frame.module && threadBlock(session, frame.module);
      return block === undefined ? undefined : wrap(block + BigInt(location.offset));
    }
    default:
      return undefined;
  }
}

function pieceOf(
  session: Session,
  frame: Frame,
  size: number,
  location: VariableLocation,
): Piece | undefined {
  if (location.kind === 'constant') {
    const bytes = new DataView(new ArrayBuffer(8));
    if (typeof location.value === 'bigint') bytes.setBigInt64(0, BigInt.asIntN(64, location.value), true);
    else if (size === 4) bytes.setFloat32(0, location.value, true);
    else bytes.setFloat64(0, location.value, true);
    return { part: 0, bytes: new Uint8Array(bytes.buffer) };
  }
  const part = 'part' in location ? (location.part ?? 0) : 0;
  if (location.kind === 'register') {
    const bytes = registerBytes(frame, location.registers);
    return bytes && { part, bytes };
  }
  const address = addressOf(session, frame, location);
  if (address === undefined || part >= size) return undefined;
  const there = session.target.memory.available(address, size - part);
  return there > 0 ? { part, bytes: session.target.memory.read(address, there) } : undefined;
}

/** A register of a frame; undefined where the unwinder could not recover it: what a callee left there is no answer. */
function knownRegister(frame: Frame, name: string): bigint | undefined {
  return frame.registers.known(name) ? frame.registers.get(name) : undefined;
}

/** The value in a register, or in two that CodeView names with the upper half first (`edx:eax`). */
function registerBytes(frame: Frame, names: readonly string[]): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (const name of [...names].reverse()) {
    const bytes = frame.registers.bytes(name) ?? partBytes(frame, name);
    if (!bytes || !frame.registers.known(name)) return undefined;
    parts.push(bytes);
  }
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A register that is part of another (`r12d`, `al`): such have no bytes of their own in a context. */
function partBytes(frame: Frame, name: string): Uint8Array | undefined {
  const value = frame.registers.get(name);
  const bits = frame.registers.definitions().find((d) => d.name === name)?.part?.bits;
  if (value === undefined || bits === undefined) return undefined;
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigUint64(0, value, true);
  return new Uint8Array(bytes.buffer, 0, Math.max(1, bits >> 3));
}
