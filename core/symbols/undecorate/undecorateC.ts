/**
 * The name of a C function or variable as dbghelp shows it: one leading underscore less on every machine
 * (`__C_specific_handler` of x64's ntdll is shown as `_C_specific_handler`), and without the suffixes that tell a
 * calling convention: `_f@8` (stdcall) and `@f@8` (fastcall) on x86, `f@@16` (vectorcall) on x86 and x64.
 */
export function undecorateC(name: string, { x86 }: { readonly x86: boolean }): string {
  const vector = /^(.+)@@\d+$/.exec(name);
  if (vector?.[1]) return vector[1];
  let plain = name;
  if (x86) {
    const suffixed = /^([_@].+)@\d+$/.exec(name);
    if (suffixed?.[1]) plain = suffixed[1];
    if (plain.startsWith('@')) return plain.slice(1);
  }
  return plain.startsWith('_') && plain.length > 1 ? plain.slice(1) : plain;
}
