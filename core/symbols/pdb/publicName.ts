/**
 * The names under which public symbols are shown: C++ names (with a leading `?`) through the undecorator, C names without
 * what compilers put around them.
 */
import { undecorateC } from '../undecorate/undecorateC.ts';

export interface PublicNaming {
  readonly isX86: boolean;
  readonly undecorate?: ((decorated: string) => string) | undefined;
}

/** Stack bytes in the suffixes of stdcall, fastcall and vectorcall; more than this no function of the corpus has. */
const MAX_STACK_BYTES = 128;

/** `?own@inner@outer@@`, each part an identifier. */
const PLAIN = /^\?([A-Za-z_]\w*)@((?:[A-Za-z_]\w*@)*)@/;

/** The name that a debugger shows for a public symbol. */
export function publicName(decorated: string, naming: PublicNaming): string {
  if (decorated.startsWith('?')) return plainName(decorated) ?? naming.undecorate?.(decorated) ?? decorated;
  return undecorateC(decorated, { x86: naming.isX86 });
}

/** Decorated forms in which a C function or variable `name` may be public. */
export function* decoratedForms(name: string, naming: PublicNaming): Generator<string> {
  yield name;
  yield `_${name}`;
  for (let bytes = 0; bytes <= MAX_STACK_BYTES; bytes += 4) {
    yield `${name}@@${bytes}`;
    if (!naming.isX86) continue;
    yield `_${name}@${bytes}`;
    yield `@${name}@${bytes}`;
  }
}

/**
 * The qualified name of a C++ symbol whose scopes are plain identifiers: `?f@C@ns@@...` is `ns::C::f`. Undefined for
 * templates, operators and back references, which need the undecorator. This is what makes a search over all names fast.
 */
function plainName(decorated: string): string | undefined {
  const found = PLAIN.exec(decorated);
  if (!found) return undefined;
  const [, own = '', scopes = ''] = found;
  if (scopes === '') return own;
  return `${scopes.slice(0, -1).split('@').reverse().join('::')}::${own}`;
}
