/** As C's `%.9g` and `%.17g` print: enough digits to tell any two apart. */
export function floatText(value: number, size: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const digits = size === 4 ? 9 : 17;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  // toPrecision goes to exponents later than %g at the small end
  const text =
    exponent < -4 || exponent >= digits ? value.toExponential(digits - 1) : value.toPrecision(digits);
  const [mantissa = '', power] = text.split('e');
  const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  if (power === undefined) return trimmed;
  return `${trimmed}e${power.charAt(0)}${power.slice(1).padStart(2, '0')}`;
}
