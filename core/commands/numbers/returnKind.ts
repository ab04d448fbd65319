import type { ReturnKind } from '../../eval/index.ts';
import type { FoundSymbol } from '../../symbols/index.ts';
import { type Type, unmodified } from '../../types/index.ts';

/** System services: all return NTSTATUS, but for those that read the thread's own structures. */
const SYSTEM_SERVICE = /^(?:Nt|Zw)(?!Current|GetTickCount)[A-Z]/;

/**
 * What a function returns, as far as success goes. A PDB keeps no typedefs on functions: HRESULT and bool have codes of
 * their own, HANDLE is `void *`, NTSTATUS is `long`, as a LONG that means something else is, so it is taken for one only
 * in ntdll, and BOOL is `int`, which `$fnsucc` treats alike with a flag of 0.
 */
export function returnKindOf({ module, symbol }: FoundSymbol): ReturnKind | undefined {
  const isService = SYSTEM_SERVICE.test(symbol.name);
  // public symbols and exports have no types; services are known by their names
  if (symbol.type?.kind !== 'procedure') return isService ? 'ntstatus' : undefined;
  const type = unmodified(symbol.type.returns);
  if (type.kind === 'pointer') return isVoid(type.target) ? 'handle' : 'pointer';
  if (type.kind !== 'basic') return undefined;
  if (type.encoding === 'hresult') return 'hresult';
  if (type.encoding === 'bool') return 'truth';
  const isStatus = type.cName === 'long' && (isService || module.name.toLowerCase() === 'ntdll');
  return isStatus ? 'ntstatus' : undefined;
}

function isVoid(type: Type): boolean {
  const t = unmodified(type);
  return t.kind === 'basic' && t.encoding === 'void';
}
