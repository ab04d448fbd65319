/**
 * What a CONTEXT of x64 or x86 carries behind its fixed part: a CONTEXT_EX record, and through it an XSAVE area without
 * its legacy half (winnt.h: CONTEXT_EX, XSAVE_AREA_HEADER).
 *
 *   CONTEXT | CONTEXT_EX { All, Legacy, XState: offset from here, length } | … | header 64 bytes | components
 *
 * A component lies at its offset of the standard format, or, when the header says "compacted", behind the components
 * before it that the compaction mask names (Intel SDM volume 1, 13.4).
 */
import { ByteReader } from '../bytes/index.ts';
import type { XStateConfig } from './streams/miscInfo.ts';

/** XSTATE_* feature numbers with a meaning for a debugger. */
export const XStateFeature = { Avx: 2, Avx512KMask: 5, Avx512ZmmHigh: 6, Avx512Zmm: 7, CetUser: 11 } as const;

export interface ExtendedState {
  /** XSTATE_BV: components that are not in their initial state */
  readonly mask: bigint;
  readonly compactionMask: bigint;
  /** the bytes of each component that is there, by feature number */
  readonly components: ReadonlyMap<number, Uint8Array>;
  /** the shadow stack pointer (IA32_PL3_SSP) */
  readonly ssp?: bigint;
  /** IA32_U_CET: bit 0 says that shadow stacks are on */
  readonly cetControl?: bigint;
}

/** sizeof(CONTEXT) by processor architecture (winnt.h). */
const CONTEXT_SIZE_X64 = 1232;
const CONTEXT_SIZE_X86 = 716;
/** three pairs of offset and length */
const CONTEXT_EX_SIZE = 24;
const XSTATE_PAIR = 16;
const XSAVE_HEADER_SIZE = 64;
/** FXSAVE's area, which CONTEXT holds in its fixed part: offsets in the configuration count from its start */
const XSAVE_LEGACY_SIZE = 512;
const FIRST_EXTENDED = 2;
const FEATURES = 63;
const COMPACTED = 1n << 63n;
/**
 * Sizes that the architecture fixes (Intel SDM volume 1, 13.5), for components that the configuration leaves out:
 * Windows 11 saves the shadow stack pointer in dumps whose misc stream lists no such feature.
 */
const ARCHITECTURAL_SIZES = new Map([
  [2, 256],
  [3, 64],
  [4, 64],
  [5, 64],
  [6, 512],
  [7, 1024],
  [9, 8],
  [11, 16],
  [12, 24],
  [17, 64],
  [18, 8192],
]);
/** AMX tile configuration and data begin on 64 bytes; the components before them are laid end to end. */
const ALIGNED = new Set([17, 18]);

/**
 * The extended state of a context, or undefined where it has none or is cut before its header. `config` is that of
 * the dump's misc stream; without it only compacted components can be placed. A component that the file cuts off is
 * absent: Windows keeps `contextSize` bytes of a record that may be longer.
 */
export function readExtendedState(
  context: Uint8Array,
  config: XStateConfig | undefined,
): ExtendedState | undefined {
  const r = new ByteReader(context);
  const base = [CONTEXT_SIZE_X64, CONTEXT_SIZE_X86].find((size) => isContextEx(r, size));
  if (base === undefined) return undefined;
  const area = base + r.i32(base + XSTATE_PAIR);
  const length = r.u32(base + XSTATE_PAIR + 4);
  if (area < base || !r.has(area, XSAVE_HEADER_SIZE) || length < XSAVE_HEADER_SIZE) return undefined;
  const mask = r.u64(area);
  const compactionMask = r.u64(area + 8);
  const components = new Map<number, Uint8Array>();
  for (const [feature, at, size] of place(compactionMask, config)) {
    const set = (mask >> BigInt(feature)) & 1n;
    if (set && at >= XSAVE_HEADER_SIZE && at + size <= length && r.has(area + at, size)) {
      components.set(feature, r.slice(area + at, size));
    }
  }
  const cet = components.get(XStateFeature.CetUser);
  if (!cet || cet.length < 16) return { mask, compactionMask, components };
  const registers = new ByteReader(cet);
  return { mask, compactionMask, components, cetControl: registers.u64(0), ssp: registers.u64(8) };
}

/** CONTEXT_EX says of itself where the CONTEXT before it begins: at minus its size. */
function isContextEx(r: ByteReader, base: number): boolean {
  return r.has(base, CONTEXT_EX_SIZE) && r.i32(base) === -base && r.i32(base + 8) === -base;
}

/** Each component with its offset within the area (header first) and its size. */
function* place(
  compactionMask: bigint,
  config: XStateConfig | undefined,
): Generator<[number, number, number]> {
  let next = XSAVE_HEADER_SIZE;
  for (let feature = FIRST_EXTENDED; feature < FEATURES; feature++) {
    const known = config?.features.get(feature);
    if (!(compactionMask & COMPACTED)) {
      if (known && known.size > 0) yield [feature, known.offset - XSAVE_LEGACY_SIZE, known.size];
      continue;
    }
    if (!((compactionMask >> BigInt(feature)) & 1n)) continue;
    const size = known?.size ? known.size : ARCHITECTURAL_SIZES.get(feature);
    // a component of unknown size hides where the later ones are
    if (size === undefined) return;
    if (ALIGNED.has(feature)) next = Math.ceil(next / 64) * 64;
    yield [feature, next, size];
    next += size;
  }
}
