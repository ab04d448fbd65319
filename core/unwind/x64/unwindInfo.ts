/**
 * UNWIND_INFO, versions 1 and 2 (Microsoft, "x64 exception handling"; version 2 from ntdll's own tables,
 * PDB-UNWIND.md 4); version 3 is in unwindInfoV3.ts. What it looks like:
 *
 *   byte 0   version (3 bits), flags (5 bits)
 *   byte 1   size of the prolog
 *   byte 2   count of code slots
 *   byte 3   frame register (4 bits), its offset / 16 (4 bits)
 *   then     2-byte slots, padded to an even number
 *   then     RUNTIME_FUNCTION of the parent (chained), or the handler's RVA and its data
 */
import { parseUnwindInfoV3 } from './unwindInfoV3.ts';
import {
  runtimeFunctionAt,
  UWOP,
  type EpilogPlace,
  type UnwindCode,
  type UnwindInfo,
} from './unwindModel.ts';

const FLAG_HANDLERS = 0x3;
const FLAG_CHAINED = 0x4;
/** the largest record: 255 slots (or words of payload), padded, and a chained RUNTIME_FUNCTION */
export const MAX_UNWIND_INFO = 4 + 256 * 2 + 12;

/** Parses a record; `bytes` begin at it and may be longer. Undefined where it is cut short or of another version. */
export function parseUnwindInfo(bytes: Uint8Array): UnwindInfo | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(0) & 7;
  if (version === 3) return parseUnwindInfoV3(bytes);
  const flags = view.getUint8(0) >> 3;
  const slots = view.getUint8(2);
  const frame = view.getUint8(3);
  const tail = 4 + ((slots + 1) & ~1) * 2;
  if ((version !== 1 && version !== 2) || bytes.length < 4 + slots * 2) return undefined;
  const { codes, epilogs, damaged } = parseCodes(view, slots, version);
  const isChained = (flags & FLAG_CHAINED) !== 0;
  const hasHandler = !isChained && (flags & FLAG_HANDLERS) !== 0 && bytes.length >= tail + 4;
  return {
    version,
    size: tail + (isChained ? 12 : hasHandler ? 8 : 0),
    slots,
    prologSize: view.getUint8(1),
    frameRegister: frame & 15,
    frameOffset: (frame >> 4) * 16,
    codes,
    epilogs,
    flags,
    handler: hasHandler ? view.getUint32(tail, true) : undefined,
    handlerData: hasHandler && bytes.length >= tail + 8 ? view.getUint32(tail + 4, true) : undefined,
    chained: isChained && bytes.length >= tail + 12 ? runtimeFunctionAt(view, tail) : undefined,
    damaged: damaged || (isChained && bytes.length < tail + 12),
  };
}

function parseCodes(
  view: DataView,
  slots: number,
  version: number,
): { codes: UnwindCode[]; epilogs: EpilogPlace[]; damaged: boolean } {
  const codes: UnwindCode[] = [];
  const epilogs: EpilogPlace[] = [];
  const first = firstEpilog(view, slots, version, epilogs);
  for (let i = first; i < slots;) {
    const at = 4 + i * 2;
    const op = view.getUint8(at + 1) & 15;
    const info = view.getUint8(at + 1) >> 4;
    const extra = extraSlots(op, info, version);
    if (extra === undefined || i + 1 + extra > slots) return { codes, epilogs, damaged: true };
    const operand =
      extra === 0 ? 0 : extra === 1 ? view.getUint16(at + 2, true) : view.getUint32(at + 2, true);
    codes.push({ slot: i, prologOffset: view.getUint8(at), op, info, value: valueOf(op, info, operand) });
    i += 1 + extra;
  }
  return { codes, epilogs, damaged: false };
}

/** Version 2: EPILOG codes stand first. Gives the index of the first code of the prolog. */
function firstEpilog(view: DataView, slots: number, version: number, epilogs: EpilogPlace[]): number {
  if (version !== 2) return 0;
  let i = 0;
  let size = 0;
  for (; i < slots && (view.getUint8(5 + i * 2) & 15) === UWOP.EPILOG; i++) {
    const low = view.getUint8(4 + i * 2);
    const info = view.getUint8(5 + i * 2) >> 4;
    if (i === 0) {
      // the first one has the size of all, and whether one stands at the very end
      size = low;
      if (info & 1) epilogs.push({ fromEnd: size, size });
    } else if (low !== 0 || info !== 0) {
      epilogs.push({ fromEnd: low | (info << 8), size });
    }
  }
  return i;
}

function extraSlots(op: number, info: number, version: number): number | undefined {
  switch (op) {
    case UWOP.PUSH_NONVOL:
    case UWOP.ALLOC_SMALL:
    case UWOP.SET_FPREG:
    case UWOP.PUSH_MACHFRAME:
      return 0;
    case UWOP.ALLOC_LARGE:
      return info === 0 ? 1 : info === 1 ? 2 : undefined;
    case UWOP.SAVE_NONVOL:
    case UWOP.SAVE_XMM128:
    case UWOP.EPILOG:
      return 1;
    case UWOP.SPARE:
      return version === 1 ? 2 : 1;
    case UWOP.SAVE_NONVOL_FAR:
    case UWOP.SAVE_XMM128_FAR:
      return 2;
    default:
      return undefined;
  }
}

function valueOf(op: number, info: number, operand: number): number {
  switch (op) {
    case UWOP.ALLOC_SMALL:
      return info * 8 + 8;
    case UWOP.ALLOC_LARGE:
      return info === 0 ? operand * 8 : operand;
    case UWOP.SAVE_NONVOL:
      return operand * 8;
    case UWOP.SAVE_XMM128:
      return operand * 16;
    default:
      return operand;
  }
}
