import { toPrinted } from '../../eval/index.ts';
import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatAddress, formatDouble, formatSingle, formatTimestamp } from '../../output/index.ts';
import { command } from '../command.ts';

/** Significant digits of the debugger's floating-point lines. */
const PRECISION = 6;

interface FormatsModel {
  /** 64 bits, unsigned */
  readonly value: bigint;
  /** how wide the value is printed */
  readonly bits: 32 | 64;
  readonly time: string;
}

/** 100 ns units between 1601 (FILETIME) and 1970 */
const FILETIME_EPOCH = 116_444_736_000_000_000n;
const PER_SECOND = 10_000_000n;

/** A 32-bit value as seconds since 1970, a wider one as a FILETIME; both in UTC. */
function timeText(value: bigint): string {
  if (value >> 32n === 0n) return value > 0x7fffffffn ? '***** Invalid' : formatTimestamp(Number(value));
  if (value >> 63n) return '***** Invalid FILETIME';
  const millis = (value % PER_SECOND) / 10_000n;
  const seconds = Number(value / PER_SECOND - FILETIME_EPOCH / PER_SECOND);
  const text = formatTimestamp(seconds);
  const year = text.lastIndexOf(' ');
  return `${text.slice(0, year)}.${String(millis).padStart(3, '0')}${text.slice(year)} (UTC + 0:00)`;
}

/** The bytes from the highest down, as characters. */
function characters(value: bigint, bytes: number): string {
  let text = '';
  for (let i = bytes - 1; i >= 0; i--) {
    const code = Number((value >> BigInt(8 * i)) & 0xffn);
    text += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
  }
  return text;
}

function binary(value: bigint, bits: number): string {
  return (value.toString(2).padStart(bits, '0').match(/.{8}/g) ?? []).join(' ');
}

/** The lines below "Evaluate expression:", as debuggers since 2016 print them (samples.md, section 11, is older). */
function lines({ value, bits, time }: FormatsModel): string[] {
  const shown = BigInt.asUintN(bits, value);
  return [
    `Hex:     ${formatAddress(shown, bits === 32 ? 4 : 8)}`,
    `Decimal: ${BigInt.asIntN(bits, value)}`,
    `Decimal (unsigned) : ${shown}`,
    `Octal:   ${shown.toString(8).padStart(bits === 32 ? 11 : 22, '0')}`,
    `Binary:  ${binary(shown, bits)}`,
    `Chars:   ${characters(shown, bits / 8)}`,
    `Time:    ${time}`,
    // these take all 64 bits, whatever is printed: -1 has a high half too
    `Float:   low ${formatSingle(Number(value & 0xffffffffn), PRECISION)} high ${formatSingle(Number(value >> 32n), PRECISION)}`,
    `Double:  ${formatDouble(value, PRECISION)}`,
  ];
}

export const formats = command<FormatsModel>({
  name: '.formats',
  tier: 'A',
  syntax: ['.formats Expression'],
  summary:
    'Shows a value in hexadecimal, decimal, octal and binary, as characters, a time and floating-point numbers.',
  run({ session, args }) {
    if (args === '') throw new UsageError('.formats takes an expression');
    const value = BigInt.asUintN(64, session.evaluator.evaluate(args));
    const { bits } = toPrinted(value, session.machine.pointerSize);
    return { value, bits, time: timeText(BigInt.asUintN(bits, value)) };
  },
  print(model, out) {
    out.line('Evaluate expression:');
    for (const text of lines(model)) out.line(`  ${text}`);
  },
  data({ value, bits }) {
    const shown = BigInt.asUintN(bits, value);
    return {
      value: hexAddress(shown),
      bits,
      signed: String(BigInt.asIntN(bits, value)),
      unsigned: String(shown),
    };
  },
});
