import { UsageError } from '../../../errors/index.ts';
import { toAddress } from '../../../eval/index.ts';
import { formatAddress, formatFlat } from '../../../output/index.ts';
import type { Session } from '../../session.ts';
import { showsLines } from '../../settings.ts';
import { targetText, type TextForm } from '../targetText.ts';
import type { Conversion } from './parseFormat.ts';

/** What stands for text that the dump does not hold. */
const UNREADABLE = '???';

/** One argument of .printf as its conversion writes it. `value` has 64 bits. */
export function formatArgument(session: Session, conversion: Conversion, value: bigint): string {
  const { kind } = conversion;
  const { pointerSize } = session.machine;
  switch (kind) {
    case 'p':
      return padded(formatFlat(value, pointerSize), conversion);
    case 'N':
      return padded(formatFlat(value, 8), conversion);
    // "If this is greater than 0xFFFFFFFF it is printed as a 64-bit address, otherwise as a 32-bit address"
    case 'I':
      return padded(formatAddress(value, value > 0xffffffffn ? 8 : 4), conversion);
    case 'ma':
    case 'mu':
    case 'msa':
    case 'msu':
      return padded(textOf(session, kind, value, conversion), conversion);
    case 'y':
    case 'ly':
      return padded(symbolText(session, toAddress(value, pointerSize), kind === 'ly'), conversion);
    case 'c':
    case 'C':
      return padded(String.fromCharCode(Number(BigInt.asUintN(kind === 'c' ? 8 : 16, value))), conversion);
    case 's':
    case 'S':
      throw new UsageError(
        `.printf: ${conversion.text} takes a text of the debugger's own memory; %ma and %mu take one of the process`,
        'not-applicable',
      );
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return whole(conversion, value);
    default:
      return floating(conversion, value);
  }
}

function textOf(session: Session, form: TextForm, value: bigint, { precision }: Conversion): string {
  const text = targetText(session, form, toAddress(value, session.machine.pointerSize)) ?? UNREADABLE;
  return precision === undefined ? text : text.slice(0, precision);
}

/** `ntdll!RtlFreeHeap+0x12 (77a31234)`; the address alone where no module holds it. */
function symbolText(session: Session, address: bigint, withLine: boolean): string {
  const at = formatAddress(address, session.machine.pointerSize);
  const name = session.symbols.describe(address);
  if (name === undefined) return at;
  const line = withLine && showsLines(session) ? session.symbols.line(address) : undefined;
  const source = line ? ` [${line.file} @ ${line.line}]` : '';
  return `${name} (${at})${source}`;
}

function whole(conversion: Conversion, value: bigint): string {
  const { kind, flags, bits, precision } = conversion;
  const signed = kind === 'd' || kind === 'i';
  const number = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  const radix = kind === 'o' ? 8 : kind === 'x' || kind === 'X' ? 16 : 10;
  let digits = (number < 0n ? -number : number).toString(radix);
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  if (kind === 'X') digits = digits.toUpperCase();
  const before =
    number < 0n ? '-' : signed && flags.includes('+') ? '+' : signed && flags.includes(' ') ? ' ' : '';
  const base =
    flags.includes('#') && number !== 0n ? (radix === 16 ? `0${kind}` : radix === 8 ? '0' : '') : '';
  return padded(digits, { ...conversion, before: before + base, zeros: precision === undefined });
}

/** "The 64-bit argument is interpreted as a 32-bit floating-point number unless the l modifier is used." */
function floating(conversion: Conversion, value: bigint): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, value));
  const number = conversion.long ? view.getFloat64(0) : view.getFloat32(4);
  const { kind, precision = 6, flags } = conversion;
  const size = Math.min(precision, 100);
  const text = Number.isFinite(number)
    ? kind === 'f'
      ? Math.abs(number).toFixed(size)
      : kind.toLowerCase() === 'e'
        ? exponent(Math.abs(number).toExponential(size))
        : general(Math.abs(number), Math.max(1, size))
    : Number.isNaN(number)
      ? 'nan'
      : 'inf';
  const before = number < 0 ? '-' : flags.includes('+') ? '+' : '';
  const cased = kind === 'E' || kind === 'G' ? text.toUpperCase() : text;
  return padded(cased, { ...conversion, before, zeros: Number.isFinite(number) });
}

/** C's %g: the shorter of both ways, without zeros at the end. */
function general(number: number, digits: number): string {
  if (number === 0) return '0';
  const power = Number(number.toExponential(digits - 1).split('e')[1] ?? 0);
  if (power < -4 || power >= digits) return exponent(trimmed(number.toExponential(digits - 1)));
  return trimmed(number.toFixed(digits - 1 - power));
}

function trimmed(text: string): string {
  const [mantissa = '', power] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return power === undefined ? short : `${short}e${power}`;
}

/** Two digits of an exponent at least. */
function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function padded(
  text: string,
  { flags, width, before = '', zeros = false }: Conversion & { before?: string; zeros?: boolean },
): string {
  const whole = before + text;
  if (whole.length >= width) return whole;
  if (flags.includes('-')) return whole.padEnd(width);
  return zeros && flags.includes('0')
    ? before + text.padStart(width - before.length, '0')
    : whole.padStart(width);
}
