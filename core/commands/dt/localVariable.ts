/**
 * A local variable of the frame in effect as an object that dt can show: at an address, or put together from registers.
 * Which locations a symbol file gives is its own; this reads the shape that the PDB reader hands out.
 */
import { MemoryUnreadable } from '../../errors/index.ts';
import type { ModuleSymbols } from '../../symbols/index.ts';
import type { Address, Memory } from '../../target/index.ts';
import type { Type } from '../../types/index.ts';
import type { Frame } from '../../unwind/index.ts';
import type { Session } from '../session.ts';

/** Where a value, or a piece of it that starts `part` bytes into it, is. */
type Location =
  | { readonly kind: 'register'; readonly registers: readonly string[]; readonly part?: number }
  | {
      readonly kind: 'register relative';
      readonly register: string;
      readonly offset: number;
      readonly part?: number;
    }
  | { readonly kind: 'frame relative'; readonly offset: number; readonly part?: number }
  | { readonly kind: 'static'; readonly rva: number }
  | { readonly kind: 'thread'; readonly offset: number }
  | { readonly kind: 'constant'; readonly value: bigint | number };

/** Symbols that know the variables of a procedure; the innermost scope comes last. */
interface WithLocals {
  localsAt(rva: number): readonly {
    readonly variables: readonly {
      readonly name: string;
      readonly type: Type | undefined;
      readonly locations: readonly Location[];
    }[];
  }[];
}

export interface FoundLocal {
  readonly name: string;
  readonly type: Type;
  readonly module: string;
  /** in memory; of a value in registers an address that only `memory` knows */
  readonly address: Address;
  /** the process' memory, with the pieces of the variable that are elsewhere laid over it */
  readonly memory: Memory;
  /** what stands behind `Local var`: `@ 0x12ff3c`, `@ ecx`, nothing for several places */
  readonly place: string;
  readonly inMemory: boolean;
}

/** A variable of this name (case ignored, as the manual says) in the frame in effect, the innermost scope first. */
export function findLocal(session: Session, name: string): FoundLocal | undefined {
  const frame = session.currentFrame();
  const { module } = frame ?? {};
  if (!frame || !module) return undefined;
  const symbols = session.symbols.of(module);
  if (!symbols || !knowsLocals(symbols)) return undefined;
  const wanted = name.toLowerCase();
  for (const scope of [...symbols.localsAt(Number(frame.lookup - module.base))].reverse()) {
    const variable = scope.variables.find((v) => v.name.toLowerCase() === wanted);
    if (!variable?.type) continue;
    const placed = placeOf(session, frame, variable.type, variable.locations);
    return placed && { name: variable.name, type: variable.type, module: module.name, ...placed };
  }
  return undefined;
}

function knowsLocals(symbols: ModuleSymbols): symbols is ModuleSymbols & WithLocals {
  return 'localsAt' in symbols;
}

type Placed = Pick<FoundLocal, 'address' | 'memory' | 'place' | 'inMemory'>;

function placeOf(
  session: Session,
  frame: Frame,
  type: Type,
  locations: readonly Location[],
): Placed | undefined {
  const { memory } = session.target;
  const [only] = locations;
  if (locations.length === 1 && only && !('part' in only && only.part)) {
    const address = addressOf(session, frame, only);
    if (address !== undefined)
      return { address, memory, place: `@ 0x${address.toString(16)} `, inMemory: true };
  }
  const pieces = locations.flatMap((location) => pieceOf(session, frame, type.size, location) ?? []);
  if (pieces.length === 0) return undefined;
  const register =
    locations.length === 1 && only?.kind === 'register' ? `@ ${only.registers.join(':')} ` : '';
  return { address: ELSEWHERE, memory: new Pieced(memory, pieces), place: register, inMemory: false };
}

function addressOf(session: Session, frame: Frame, location: Location): Address | undefined {
  const { pointerSize } = session.machine;
  const wrap = (address: bigint) => BigInt.asUintN(pointerSize * 8, address);
  switch (location.kind) {
    case 'register relative': {
      const base = frame.registers.get(location.register);
      return base === undefined ? undefined : wrap(base + BigInt(location.offset));
    }
    case 'frame relative':
      return wrap(frame.virtualFrame + BigInt(location.offset));
    case 'static':
      return frame.module && frame.module.base + BigInt(location.rva);
    default:
      return undefined;
  }
}

interface Piece {
  /** offset in the variable */
  readonly part: number;
  readonly bytes: Uint8Array;
}

function pieceOf(session: Session, frame: Frame, size: number, location: Location): Piece | undefined {
  if (location.kind === 'constant') {
    const bytes = new DataView(new ArrayBuffer(8));
    if (typeof location.value === 'bigint') bytes.setBigInt64(0, BigInt.asIntN(64, location.value), true);
    else if (size === 4) bytes.setFloat32(0, location.value, true);
    else bytes.setFloat64(0, location.value, true);
    return { part: 0, bytes: new Uint8Array(bytes.buffer) };
  }
  const part = 'part' in location ? (location.part ?? 0) : 0;
  if (location.kind === 'register') {
    const [name] = location.registers;
    const bytes =
      location.registers.length === 1 && name !== undefined ? frame.registers.bytes(name) : undefined;
    return bytes && { part, bytes };
  }
  const address = addressOf(session, frame, location);
  if (address === undefined || part >= size) return undefined;
  const there = session.target.memory.available(address, size - part);
  return there > 0 ? { part, bytes: session.target.memory.read(address, there) } : undefined;
}

/** No user-mode process has anything here: what is in no memory is shown as if it lay there. */
const ELSEWHERE = 0xffff_f000_0000_0000n;
/** A variable that is put together is at most this large. */
const ELSEWHERE_LIMIT = 1n << 20n;

class Pieced implements Memory {
  constructor(
    private readonly memory: Memory,
    private readonly pieces: readonly Piece[],
  ) {}

  read(address: Address, length: number): Uint8Array {
    if (!isElsewhere(address)) return this.memory.read(address, length);
    const start = Number(address - ELSEWHERE);
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const byte = this.byteAt(start + i);
      if (byte === undefined) throw new MemoryUnreadable(address + BigInt(i));
      bytes[i] = byte;
    }
    return bytes;
  }

  available(address: Address, length: number): number {
    if (!isElsewhere(address)) return this.memory.available(address, length);
    const start = Number(address - ELSEWHERE);
    let there = 0;
    while (there < length && this.byteAt(start + there) !== undefined) there++;
    return there;
  }

  windows: Memory['windows'] = (range) => this.memory.windows(range);
  origin: Memory['origin'] = (address) => this.memory.origin(address);
  nextReadable: Memory['nextReadable'] = (address) => this.memory.nextReadable(address);

  private byteAt(offset: number): number | undefined {
    const piece = this.pieces.find((p) => offset >= p.part && offset < p.part + p.bytes.length);
    return piece?.bytes[offset - piece.part];
  }
}

function isElsewhere(address: Address): boolean {
  return address >= ELSEWHERE && address < ELSEWHERE + ELSEWHERE_LIMIT;
}
