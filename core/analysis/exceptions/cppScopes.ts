import { readStruct, tryRead, type Address, type Memory } from '../../target/index.ts';
import { ehAddress, readTypeDescriptor, type CppType, type EhSpace } from './cppTypes.ts';

/** Magic numbers of FuncInfo, 29 bits of its first field (ehdata.h). */
const MAGIC_FIRST = 0x19930520;
const MAGIC_LAST = 0x19930523;
const MAGIC_MASK = 0x1fffffff;
/** try blocks of one function, and catch clauses of all of them together: far more than people write */
const MAX_TRY_BLOCKS = 4096;
const MAX_CATCHES = 4096;
/** The thunk that a registration names is short: a cookie check, `mov eax,FuncInfo`, `jmp __CxxFrameHandler3`. */
const THUNK_BYTES = 0x40;
/** The frame pointer of a function with C++ exception handling lies this far behind its registration (x86). */
const STATE_OFFSET = 8n;

/** A catch clause. */
export interface CatchClause {
  /** undefined for `catch (...)` */
  readonly type?: CppType;
  readonly isReference: boolean;
  readonly isConst: boolean;
  readonly handler: Address;
}

/** A try block of a function by the states it covers. */
export interface CppTryBlock {
  readonly low: number;
  readonly high: number;
  /** states of its catch clauses go up to this one */
  readonly catchHigh: number;
  readonly catches: readonly CatchClause[];
}

/** A function's C++ exception data (FuncInfo). */
export interface FuncInfo {
  readonly address: Address;
  readonly magic: number;
  readonly maxState: number;
  readonly tryBlocks: readonly CppTryBlock[];
  /** RVA and state, rising; of machines with unwind tables */
  readonly ipToState?: Address;
  readonly ipToStateCount: number;
}

/**
 * A function's C++ exception data. `relative` holds where the tables have RVAs; handlers then have one more field.
 * Undefined where there is no FuncInfo at the address.
 */
export function readFuncInfo(space: EhSpace, address: Address): FuncInfo | undefined {
  const r = tryRead(() => readStruct(space.memory, address, 28));
  const magic = (r?.u32(0) ?? 0) & MAGIC_MASK;
  if (!r || magic < MAGIC_FIRST || magic > MAGIC_LAST) return undefined;
  const blocks = ehAddress(space, r.u32(16));
  const count = Math.min(r.u32(12), MAX_TRY_BLOCKS);
  const tryBlocks: CppTryBlock[] = [];
  let clauses = MAX_CATCHES;
  for (let k = 0; blocks !== undefined && k < count; k++) {
    const block = tryRead(() => readTryBlock(space, blocks + BigInt(k * 20), clauses));
    if (!block) break;
    tryBlocks.push(block);
    clauses -= block.catches.length;
  }
  return {
    address,
    magic,
    maxState: r.i32(4),
    tryBlocks,
    ipToState: ehAddress(space, r.u32(24)),
    ipToStateCount: r.u32(20),
  };
}

/** A try block with `most` of its catch clauses. */
function readTryBlock(space: EhSpace, address: Address, most: number): CppTryBlock {
  const r = readStruct(space.memory, address, 20);
  const handlers = ehAddress(space, r.u32(16));
  const bytes = space.machine.pointerSize === 8 ? 20 : 16;
  const catches: CatchClause[] = [];
  for (let k = 0; handlers !== undefined && k < Math.min(r.u32(12), most); k++) {
    const h = tryRead(() => readStruct(space.memory, handlers + BigInt(k * bytes), bytes));
    const handler = h && ehAddress(space, h.u32(12));
    if (!h || handler === undefined) break;
    const descriptor = ehAddress(space, h.u32(4));
    catches.push({
      type: descriptor === undefined ? undefined : readTypeDescriptor(space, descriptor),
      isReference: (h.u32(0) & 0x8) !== 0,
      isConst: (h.u32(0) & 0x1) !== 0,
      handler,
    });
  }
  return { low: r.i32(0), high: r.i32(4), catchHigh: r.i32(8), catches };
}

/** The try blocks that a state lies in, the innermost first: that is the order of the table. */
export function tryBlocksAt(info: FuncInfo, state: number): CppTryBlock[] {
  return info.tryBlocks.filter((b) => b.low <= state && state <= b.high);
}

/**
 * The FuncInfo that an x86 exception handler hands to __CxxFrameHandler: the last `mov eax,imm32` before a jump. The
 * handler of each function with C++ exception handling is such a thunk, some with a security cookie check ahead.
 */
export function funcInfoOfThunk(space: EhSpace, handler: Address): FuncInfo | undefined {
  const { memory } = space;
  const bytes = memory.read(handler, memory.available(handler, THUNK_BYTES));
  for (let at = 0; at + 10 <= bytes.length; at++) {
    // mov eax,imm32 and jmp rel32
    if (bytes[at] !== 0xb8 || bytes[at + 5] !== 0xe9) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return readFuncInfo(space, BigInt(view.getUint32(at + 1, true)));
  }
  return undefined;
}

/** The state of a function's try blocks in an x86 registration: the field behind the handler. */
export function stateOfRegistration(memory: Memory, registration: Address): number | undefined {
  return tryRead(() => readStruct(memory, registration + STATE_OFFSET, 4).i32(0));
}

/** The state at an address of a function whose FuncInfo maps addresses to states; undefined where it has no map. */
export function stateAt(space: EhSpace, info: FuncInfo, address: Address): number | undefined {
  const { ipToState, ipToStateCount } = info;
  if (ipToState === undefined || ipToStateCount === 0) return undefined;
  const rva = Number(address - space.imageBase);
  let low = 0;
  let high = Math.min(ipToStateCount, 1 << 20);
  const entry = (k: number) => readStruct(space.memory, ipToState + BigInt(k * 8), 8);
  return tryRead(() => {
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (entry(middle).u32(0) <= rva) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : entry(low - 1).i32(4);
  });
}
