/**
 * A number as the C library that the debugger uses prints it with `%.{precision}g`: at most `precision` significant
 * digits, no zeros at the end, an exponent of at least three digits (`6.36908e-022`), and `1.#QNAN`, `-1.#IND`,
 * `1.#INF` for what is no number (samples in public logs of .formats).
 */
function formatG(value: number, precision: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '1.#QNAN' : value > 0 ? '1.#INF' : '-1.#INF';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential(precision - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= precision) {
    const digits = String(Math.abs(exponent)).padStart(3, '0');
    return `${trimmed(mantissa)}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  return trimmed(value.toFixed(precision - 1 - exponent));
}

/** The single that 32 bits hold, in the same form; NaNs by their bits, which a JavaScript number does not keep. */
export function formatSingle(bits: number, precision: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  const value = view.getFloat32(0);
  if (!Number.isNaN(value)) return formatG(value, precision);
  return nanText(bits >>> 31 === 1, (bits & 0x7fffff) === 0x400000);
}

/** The double that 64 bits hold, in the same form. */
export function formatDouble(bits: bigint, precision: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  const value = view.getFloat64(0);
  if (!Number.isNaN(value)) return formatG(value, precision);
  return nanText(((bits >> 63n) & 1n) === 1n, (bits & 0xfffffffffffffn) === 0x8000000000000n);
}

/** The one NaN that the processor makes itself (negative, quiet, nothing else) is "indefinite". */
function nanText(negative: boolean, onlyQuietBit: boolean): string {
  if (negative && onlyQuietBit) return '-1.#IND';
  return negative ? '-1.#QNAN' : '1.#QNAN';
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
