/** A function's name without the parameters that follow it: `ns::f(int) const` is `ns::f`. Other text as it is. */
export function withoutParameters(text: string): string {
  const end = text.lastIndexOf(')');
  if (end < 0 || /[^\w\s&]/.test(text.slice(end + 1))) return text;
  let depth = 0;
  for (let i = end; i >= 0; i--) {
    const c = text.charAt(i);
    if (c === ')') depth++;
    else if (c === '(' && --depth === 0) {
      const name = text.slice(0, i);
      // `operator()` without parameters, or all of it in brackets
      return name === '' || /\boperator$/.test(name) ? text : name;
    }
  }
  return text;
}
