import { demangle } from './demangler.ts';
import { undecorateMsvc } from './msvc/undecorateMsvc.ts';
import { UNDNAME } from './undnameFlags.ts';

export interface UndecorateOptions {
  /** Scope and name without types, as k and x show public symbols. */
  readonly nameOnly?: boolean;
  /** UNDNAME_* flags for Microsoft's names, besides `nameOnly`. */
  readonly flags?: number;
}

/**
 * A name as a person reads it: `?f@S@@QAEXXZ` is `public: void __thiscall S::f(void)`, and with `nameOnly` `S::f`.
 * Microsoft's names read as undname and dbghelp write them; those of other compilers need `provideDemangler`. The
 * text that came where it is no decorated name, or one that cannot be read.
 */
export function undecorate(name: string, options: UndecorateOptions = {}): string {
  const nameOnly = options.nameOnly ?? false;
  const flags = (options.flags ?? 0) | (nameOnly ? UNDNAME.nameOnly : 0);
  if (flags & UNDNAME.typeOnly) return undecorateMsvc(name, flags) ?? name;
  if (name.startsWith('?')) return undecorateMsvc(name, flags) ?? name;
  // the name in a type descriptor
  if (name.startsWith('.?')) return undecorateMsvc(name.slice(1), flags | UNDNAME.typeOnly) ?? name;
  return name.startsWith('_') ? (demangle(name, nameOnly) ?? name) : name;
}
