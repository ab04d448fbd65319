/**
 * The name that a debugger shows for a public symbol. C++ names (with a leading `?`) go to the undecorator. Of C names
 * dbghelp takes one leading underscore, on every machine (`_invoke_watson` of x64's ucrtbase is shown as
 * `ucrtbase!invoke_watson`, `__C_specific_handler` as `ntdll!_C_specific_handler`), and x86's suffix: `_name@8` and
 * `@name@8` become `name`.
 */
export interface PublicNaming {
  readonly isX86: boolean;
  readonly undecorate?: ((decorated: string) => string) | undefined;
}

/** Stack bytes of stdcall and fastcall are multiples of 4; more than this no function of the corpus has. */
const MAX_STACK_BYTES = 128;

/** `?own@inner@outer@@`, each part an identifier. */
const PLAIN = /^\?([A-Za-z_]\w*)@((?:[A-Za-z_]\w*@)*)@/;

export function publicName(decorated: string, naming: PublicNaming): string {
  if (decorated.startsWith('?')) return plainName(decorated) ?? naming.undecorate?.(decorated) ?? decorated;
  let name = decorated;
  if (naming.isX86) {
    const at = /^[_@].+(@\d+)$/.exec(name);
    if (at?.[1]) name = name.slice(0, -at[1].length);
    if (name.startsWith('@')) return name.slice(1);
  }
  return name.startsWith('_') && name.length > 1 ? name.slice(1) : name;
}

/** Decorated forms in which a C function or variable `name` may be public. */
export function* decoratedForms(name: string, naming: PublicNaming): Generator<string> {
  yield name;
  yield `_${name}`;
  if (!naming.isX86) return;
  for (let bytes = 0; bytes <= MAX_STACK_BYTES; bytes += 4) {
    yield `_${name}@${bytes}`;
    yield `@${name}@${bytes}`;
  }
}

/**
 * The qualified name of a C++ symbol whose scopes are plain identifiers: `?f@C@ns@@...` is `ns::C::f`. Undefined for
 * templates, operators and back references, which need the undecorator. This is what makes a search over all names fast.
 */
export function plainName(decorated: string): string | undefined {
  const found = PLAIN.exec(decorated);
  if (!found) return undefined;
  const [, own = '', scopes = ''] = found;
  if (scopes === '') return own;
  return `${scopes.slice(0, -1).split('@').reverse().join('::')}::${own}`;
}
