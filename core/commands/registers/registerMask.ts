import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';
import type { Session } from '../session.ts';
import { settingsOf } from '../settings.ts';

/** Bits of the register mask of x86 and x64 (r--registers-.md) that mean something in user mode. */
export const REGISTER_MASK = {
  integer32: 0x1,
  integer64: 0x2,
  float: 0x4,
  segments: 0x8,
  mmx: 0x10,
  debug: 0x20,
  xmm: 0x40,
  ymm: 0x200,
  ymmIntegers: 0x400,
  xmmIntegers: 0x800,
} as const;

export const INTEGER_MASK = REGISTER_MASK.integer32 | REGISTER_MASK.integer64;

const NAMES: readonly (readonly [bit: number, name: string])[] = [
  [REGISTER_MASK.integer32, 'Integer state (32-bit)'],
  [REGISTER_MASK.integer64, 'Integer state (64-bit)'],
  [REGISTER_MASK.float, 'Floating-point state'],
  [REGISTER_MASK.segments, 'Segment registers'],
  [REGISTER_MASK.mmx, 'MMX registers'],
  [REGISTER_MASK.debug, 'Debug registers'],
  [REGISTER_MASK.xmm, 'SSE XMM registers'],
  [REGISTER_MASK.ymm, 'AVX YMM registers'],
  [REGISTER_MASK.ymmIntegers, 'AVX YMM Integer registers'],
  [REGISTER_MASK.xmmIntegers, 'AVX XMM Integer registers'],
];
/**
 * What ARM64 has of these. The manual gives bits of x86 and x64 alone; the vectors have the bit that shows them there.
 */
const ARM64_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [REGISTER_MASK.integer64, 'Integer state (64-bit)'],
  [REGISTER_MASK.float, 'Floating-point state'],
  [REGISTER_MASK.debug, 'Debug registers'],
  [REGISTER_MASK.xmm, 'NEON registers'],
  [REGISTER_MASK.xmmIntegers, 'NEON Integer registers'],
];
const ALL = NAMES.reduce((mask, [bit]) => mask | bit, 0);

/** What r shows where nothing says otherwise: `rm`, else integers and segments. */
export function registerMaskOf(session: Session): number {
  const integers = session.machine.pointerSize === 8 ? REGISTER_MASK.integer64 : REGISTER_MASK.integer32;
  const segments = session.machine.kind === 'arm64' ? 0 : REGISTER_MASK.segments;
  return settingsOf(session).registerMask ?? integers | segments;
}

interface MaskModel {
  readonly mask: number;
  /** `rm ?`: all bits there are, whatever is set */
  readonly all: boolean;
  readonly silent: boolean;
}

export const registerMask = command<MaskModel>({
  name: 'rm',
  tier: 'C',
  syntax: ['rm', 'rm ?', 'rm Mask'],
  summary: 'Chooses which registers r shows, or shows the choice; rm ? lists the bits.',
  options: NAMES.map(([bit, name]) => ({ flag: bit.toString(16), meaning: name })),
  run({ session, args }) {
    if (args === '?') return { mask: ALL, all: true, silent: false };
    if (args === '') return { mask: registerMaskOf(session), all: false, silent: false };
    const mask = session.evaluator.evaluate(args);
    if (mask < 0n || (mask & ~BigInt(ALL)) !== 0n)
      throw new UsageError(`Invalid register mask '${args}': rm ? lists the bits`);
    settingsOf(session).registerMask = Number(mask);
    return { mask: Number(mask), all: false, silent: true };
  },
  print({ mask, all, silent }, out, { session }) {
    if (silent) return;
    if (!all) out.line(`Register output mask is ${mask.toString(16)}:`);
    if (mask === 0) out.line('    Nothing');
    for (const [bit, name] of session.machine.kind === 'arm64' ? ARM64_NAMES : NAMES) {
      if (mask & bit) out.line(`    ${bit.toString(16).padStart(4)} - ${name}`);
    }
  },
  data: ({ mask }) => ({ mask }),
});
