/**
 * UNWIND_INFO, version 3: for code that uses APX (Microsoft, "x64 unwind information V3", a preview specification).
 * Its operations, winding operation descriptors (WODs), are read as those of the older versions are called. It looks
 * like this:
 *
 *   byte 0   version (3 bits), flags (5 bits)
 *   byte 1   size of the prolog, its low byte where UNW_FLAG_LARGE is set
 *   byte 2   words of payload
 *   byte 3   operations of the prolog (5 bits), epilogs (3 bits)
 *   payload  the prolog size's high byte (LARGE); offsets of the prolog's instructions; epilogs, each with offsets of
 *            its instructions; then the pool of WODs, the prolog's first
 *   then     aligned to 4: the parent's RUNTIME_FUNCTION (chained), or the handler's RVA and its data
 */
import { runtimeFunctionAt, UWOP, type UnwindCode, type UnwindInfo, type WodEpilog } from './unwindModel.ts';

const HEADER = 4;
const FLAG_HANDLERS = 0x3;
const FLAG_CHAINED = 0x4;
const FLAG_LARGE = 0x8;
const EPILOG_TO_PARENT = 0x1;
const EPILOG_LARGE = 0x2;

/** What one WOD does; two for those that push two registers. */
type Operation = Pick<UnwindCode, 'op' | 'info' | 'value'>;

/** Parses a record; `bytes` begin at it and may be longer. Undefined where its payload is cut short. */
export function parseUnwindInfoV3(bytes: Uint8Array): UnwindInfo | undefined {
  const [head = 0, sizeOfProlog = 0, words = 0, counts = 0] = bytes;
  const end = HEADER + words * 2;
  if (bytes.length < end) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = head >> 3;
  const isLarge = (flags & FLAG_LARGE) !== 0;
  const payload = new Payload(view, HEADER, end);
  const prologSize = isLarge ? sizeOfProlog | (payload.u8() << 8) : sizeOfProlog;
  const prologOffsets = payload.offsets(counts & 31, isLarge);
  const drafts = readEpilogs(payload, counts >> 5);
  const pool = new Uint8Array(bytes.buffer, bytes.byteOffset + payload.at, Math.max(0, end - payload.at));
  const prolog = readCodes(pool, 0, prologOffsets);
  const epilogs = drafts.map(({ firstOp, offsets, ...place }) => ({
    ...place,
    ...readCodes(pool, firstOp, offsets),
  }));
  const frame = prolog.codes.find((c) => c.op === UWOP.SET_FPREG);
  const tail = (end + 3) & ~3;
  const isChained = (flags & FLAG_CHAINED) !== 0;
  const hasHandler = !isChained && (flags & FLAG_HANDLERS) !== 0 && bytes.length >= tail + 4;
  const isCut = payload.isOver || (isChained && bytes.length < tail + 12);
  return {
    version: 3,
    size: tail + (isChained ? 12 : hasHandler ? 8 : 0),
    slots: counts & 31,
    prologSize,
    frameRegister: frame?.info ?? 0,
    frameOffset: frame?.value ?? 0,
    codes: prolog.codes,
    epilogs: [],
    wodEpilogs: epilogs,
    flags,
    handler: hasHandler ? view.getUint32(tail, true) : undefined,
    handlerData: hasHandler && bytes.length >= tail + 8 ? view.getUint32(tail + 4, true) : undefined,
    chained: isChained && bytes.length >= tail + 12 ? runtimeFunctionAt(view, tail) : undefined,
    damaged: isCut || prolog.damaged || epilogs.some((e) => e.damaged),
  };
}

interface EpilogDraft extends Pick<WodEpilog, 'start' | 'last' | 'toParent'> {
  readonly firstOp: number;
  readonly offsets: readonly number[];
}

/** The descriptors: each place counts from the one before, and one without operations is like the one before. */
function readEpilogs(payload: Payload, count: number): EpilogDraft[] {
  const drafts: EpilogDraft[] = [];
  for (let i = 0; i < count && !payload.isOver; i++) {
    const byte = payload.u8();
    const before = drafts.at(-1);
    const start = ((payload.u16() << 16) >> 16) + (before?.start ?? 0);
    const ops = byte >> 3;
    if (ops === 0) {
      if (before) drafts.push({ ...before, start });
      continue;
    }
    const isLarge = (byte & EPILOG_LARGE) !== 0;
    const firstOp = payload.u16();
    const last = isLarge ? payload.u16() : payload.u8();
    const toParent = (byte & EPILOG_TO_PARENT) !== 0;
    drafts.push({ start, last, toParent, firstOp, offsets: payload.offsets(ops, isLarge) });
  }
  return drafts;
}

/** Numbers one behind the other; 0 behind the end, and `isOver` then. */
class Payload {
  isOver = false;

  constructor(
    private readonly view: DataView,
    public at: number,
    private readonly end: number,
  ) {}

  u8(): number {
    return this.take(1) ? this.view.getUint8(this.at - 1) : 0;
  }

  u16(): number {
    return this.take(2) ? this.view.getUint16(this.at - 2, true) : 0;
  }

  offsets(count: number, wide: boolean): number[] {
    return Array.from({ length: count }, () => (wide ? this.u16() : this.u8()));
  }

  private take(bytes: number): boolean {
    if (this.at + bytes > this.end) this.isOver = true;
    else this.at += bytes;
    return !this.isOver;
  }
}

/** As many WODs as there are offsets, from an offset in the pool. */
function readCodes(
  pool: Uint8Array,
  from: number,
  offsets: readonly number[],
): { codes: UnwindCode[]; damaged: boolean } {
  const codes: UnwindCode[] = [];
  let at = from;
  for (const offset of offsets) {
    const wod = readWod(pool, at);
    if (!wod) return { codes, damaged: true };
    // the offset is the instruction's own: one byte on, it has been carried out
    for (const operation of wod.operations) codes.push({ slot: at, prologOffset: offset + 1, ...operation });
    at += wod.size;
  }
  return { codes, damaged: false };
}

/** The opcode is in the low bits of the first byte: three of them, four, six, or all. */
function readWod(pool: Uint8Array, at: number): { size: number; operations: Operation[] } | undefined {
  const view = new DataView(pool.buffer, pool.byteOffset, pool.byteLength);
  const first = pool[at];
  if (first === undefined) return undefined;
  const has = (size: number): boolean => at + size <= pool.length;
  const one = (size: number, op: number, info: number, value: () => number = () => 0) =>
    has(size) ? { size, operations: [{ op, info, value: value() }] } : undefined;
  const u16 = (): number => view.getUint16(at + 1, true);
  const u32 = (): number => view.getUint32(at + 1, true);
  const register = first >> 3;
  switch (first & 7) {
    case 4:
      return one(1, UWOP.PUSH_NONVOL, register);
    case 5:
      return one(5, UWOP.SAVE_NONVOL_FAR, register, u32);
    case 6:
      return one(3, UWOP.SAVE_NONVOL, register, () => u16() * 8);
    case 7:
      return register === 31 ? undefined : { size: 1, operations: pushes(register, register + 1) };
  }
  switch (first & 15) {
    case 8:
      return one(1, UWOP.ALLOC_SMALL, 0, () => ((first >> 4) + 1) * 8);
    case 9:
      return one(5, UWOP.SAVE_XMM128_FAR, first >> 4, u32);
    case 10:
      return one(3, UWOP.SAVE_XMM128, first >> 4, () => u16() * 16);
  }
  const second = pool[at + 1] ?? 0;
  if ((first & 63) === 32)
    return has(2)
      ? { size: 2, operations: pushes((first >> 6) | ((second & 7) << 2), second >> 3) }
      : undefined;
  switch (first) {
    case 0:
      return one(2, UWOP.SET_FPREG, second & 15, () => (second >> 4) * 16);
    case 1:
      return one(5, UWOP.ALLOC_LARGE, 1, u32);
    case 2:
      return one(3, UWOP.ALLOC_LARGE, 0, () => u16() * 8);
    default:
      // WOD_PUSH_CANONICAL_FRAME among them: the specification leaves its kinds to the system
      return undefined;
  }
}

/** Two registers pushed one after the other: undone the other way round. */
function pushes(firstPushed: number, secondPushed: number): Operation[] {
  return [secondPushed, firstPushed].map((info) => ({ op: UWOP.PUSH_NONVOL, info, value: 0 }));
}
