import type { RegisterContext } from '../../target/index.ts';
import { formatDouble, formatSingle } from '../../output/index.ts';

/** %g's own precision, which vectors are printed with. */
const ELEMENT_DIGITS = 6;
/** Digits behind the point of an x87 register. */
const EXTENDED_DIGITS = 21;
const EXPONENT_BIAS = 16383;
/** Bits of the mantissa of an 80-bit number behind its first. */
const MANTISSA_BITS = 63;

/** How one element of a vector register is shown: `ub`, `iw`, `f`… (r--registers-.md). */
const ELEMENT_TYPES = ['ib', 'ub', 'iw', 'uw', 'id', 'ud', 'iq', 'uq', 'b', 'w', 'q', 'f', 'd'] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

export function elementTypeOf(text: string): ElementType | undefined {
  return ELEMENT_TYPES.find((type) => type === text);
}

/** A register at its full width: an integer in hexadecimal, a vector as singles, an x87 register as a number. */
export function registerText(registers: RegisterContext, name: string): string {
  const definition = registers.definitions().find((d) => d.name === name);
  const value = registers.get(name) ?? 0n;
  if (definition?.kind === 'vector') return elementsText(registers.bytes(name) ?? new Uint8Array(0), 'f');
  if (/^st\d$/.test(name)) {
    const bytes = registers.bytes(name) ?? new Uint8Array(10);
    return `${extendedText(bytes)} (${extendedBits(bytes)})`;
  }
  const digits = definition?.part ? Math.ceil(definition.part.bits / 4) : (definition?.size ?? 8) * 2;
  return value.toString(16).padStart(digits, '0');
}

/** The bytes of a register as a row of values of one type, the highest first as r prints vectors; `count` of them. */
export function elementsText(bytes: Uint8Array, type: ElementType, count = Infinity): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = { b: 1, w: 2, d: type === 'd' ? 8 : 4, q: 8, f: 4 }[type.at(-1) ?? 'b'] ?? 4;
  const values: string[] = [];
  for (let at = bytes.length - size; at >= 0 && values.length < count; at -= size)
    values.push(elementText(view, at, size, type));
  return values.join(' ');
}

function elementText(view: DataView, at: number, size: number, type: ElementType): string {
  if (type === 'f') return formatSingle(view.getUint32(at, true), ELEMENT_DIGITS);
  if (type === 'd') return formatDouble(view.getBigUint64(at, true), ELEMENT_DIGITS);
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at + i));
  if (type.startsWith('i')) return BigInt.asIntN(size * 8, value).toString();
  return type.startsWith('u') ? value.toString() : value.toString(16).padStart(size * 2, '0');
}

/** An 80-bit number as `1.500000000000000000000e+0000`, a minus before negative ones; all digits are exact. */
export function extendedText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const mantissa = view.getBigUint64(0, true);
  const head = view.getUint16(8, true);
  const sign = head >> 15 ? '-' : '';
  const biased = head & 0x7fff;
  if (biased === 0x7fff) {
    const isInfinite = BigInt.asUintN(MANTISSA_BITS, mantissa) === 0n;
    return (
      `${sign}1.#${isInfinite ? 'INF' : 'QNAN'}`.padEnd(sign.length + EXTENDED_DIGITS + 2, '0') + 'e+0000'
    );
  }
  // numbers too small for a hidden exponent have that of the smallest
  const power = Math.max(1, biased) - EXPONENT_BIAS - MANTISSA_BITS;
  return sign + scientific(mantissa, power);
}

/** `sign:exponent:mantissa`, as they are. */
function extendedBits(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = view.getUint16(8, true);
  const exponent = (head & 0x7fff).toString(16).padStart(4, '0');
  return `${head >> 15}:${exponent}:${view.getBigUint64(0, true).toString(16).padStart(16, '0')}`;
}

/** mantissa * 2^power in decimal. */
function scientific(mantissa: bigint, power: number): string {
  if (mantissa === 0n) return `${(0).toFixed(EXTENDED_DIGITS - 1)}0e+0000`;
  const wanted = EXTENDED_DIGITS + 1;
  // as many decimal places as give more digits than are shown; the rest is rounded away
  const places = Math.max(0, wanted + 2 - Math.floor((power + mantissa.toString(2).length) * Math.log10(2)));
  const scaled = mantissa * 10n ** BigInt(places);
  const whole = power >= 0 ? scaled << BigInt(power) : scaled >> BigInt(-power);
  const digits = whole.toString();
  const cut = digits.length - wanted;
  const rounded = ((whole + 10n ** BigInt(cut) / 2n) / 10n ** BigInt(cut)).toString();
  const exponent = digits.length - 1 - places + (rounded.length - wanted);
  const text = `${rounded.slice(0, 1)}.${rounded.slice(1, wanted)}`;
  return `${text}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(4, '0')}`;
}
