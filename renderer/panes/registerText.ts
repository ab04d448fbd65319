import type { RegisterModel } from '../../core/protocol/index.ts';

/** What the flags of x86 and of ARM say (Intel SDM volume 1, 3.4.3; Arm ARM, PSTATE). */
const FLAGS: Readonly<Record<string, string>> = {
  cf: 'carry',
  pf: 'parity: the low byte of the result has an even number of ones',
  af: 'carry out of the low four bits',
  zf: 'zero: the result was 0',
  sf: 'sign: the result was negative',
  tf: 'trap: stops after each instruction',
  if: 'interrupts are let in',
  df: 'direction: string instructions go downwards',
  of: 'overflow of a signed number',
  iopl: 'I/O privilege level',
  nf: 'negative',
  vf: 'overflow of a signed number',
  n: 'negative',
  z: 'zero: the result was 0',
  c: 'carry',
  v: 'overflow of a signed number',
};

/** What a flag means; empty for one that is not known. */
export function flagMeaning(name: string): string {
  return FLAGS[name] ?? '';
}

/** The digits of a register, an accent in the middle of 64 bits. */
export function registerDigits({ value, width }: RegisterModel): string {
  const digits = value.toString(16).padStart(Math.ceil(width / 4), '0');
  return width === 64 ? `${digits.slice(0, 8)}\`${digits.slice(8)}` : digits;
}

/** What there is to know of a register beyond its digits. */
export function registerTip(r: RegisterModel): string {
  const { name, value, width, group, known, changed, numbers } = r;
  const isSigned = group === 'general' && width <= 64;
  const signed = BigInt.asIntN(width, value);
  return [
    known ? '' : `${name} is left over from a callee: this frame's own value is not known`,
    changed ? 'differs from the thread’s own context' : '',
    isSigned ? `0n${value}${signed < 0n ? ` (${signed})` : ''}` : '',
    ...(numbers ?? []).map(({ as, text }) => `${as}: ${text}`),
  ]
    .filter((t) => t !== '')
    .join('\n');
}
