import { withoutParameters } from './withoutParameters.ts';

/**
 * Names of other compilers: Itanium C++ (`_ZN3foo3barEv`, MinGW and clang) and Rust (`_ZN…17h…E`, `_R…`). A library
 * in WebAssembly reads them, so a host that wants them gives its bytes; without, such names stay as they are.
 */

/** The plain form of a name, undefined where it is none of the kind. */
export type Demangler = (name: string) => string | undefined;

/** Longer names are left as they are. */
const LENGTH_LIMIT = 4096;

/** Itanium names, and Rust's by the tags that can follow `_R`; x86 puts one more underscore before both. */
const MANGLED = /^__?(Z|R[BCIMNXY])/;

let load: (() => Demangler) | undefined;
let demangler: Demangler | undefined;

/** Says where the demangler comes from; it is loaded with the first name that needs it. */
export function provideDemangler(loader: () => Demangler): void {
  load = loader;
  demangler = undefined;
}

/** What a mangled name stands for, with its parameters unless `nameOnly`; undefined where it cannot be told. */
export function demangle(name: string, nameOnly: boolean): string | undefined {
  if (!load || name.length > LENGTH_LIMIT || !MANGLED.test(name)) return undefined;
  demangler ??= load();
  const text = demangler(name);
  return text !== undefined && nameOnly ? withoutParameters(text) : text;
}
