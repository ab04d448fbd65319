import { undecorate, type SymbolRecord } from '../../symbols/index.ts';
import { unmodified, type ProcedureType } from '../../types/index.ts';
import { engineTypeName } from '../values/index.ts';

/** Functions have at most so many parameters that are worth a line. */
const MAX_PARAMETERS = 256;

/**
 * What x and ln print behind a function's name: `(int, char **)`, `(void)`; of public C++ functions the list that the
 * decorated name carries, of others `(<no parameter info>)`. Undefined for what is no function.
 */
export function parameterList(symbol: SymbolRecord): string | undefined {
  const type = symbol.type && unmodified(symbol.type);
  if (type?.kind === 'procedure') return `(${ofType(type)})`;
  if (symbol.kind === 'function' || (symbol.kind === 'public' && symbol.isCode)) {
    return ofDecorated(symbol.decorated) ?? '(<no parameter info>)';
  }
  return undefined;
}

function ofType({ parameters, variadic }: ProcedureType): string {
  const names = parameters.slice(0, MAX_PARAMETERS).map(engineTypeName);
  if (variadic) names.push('...');
  return names.length === 0 ? 'void' : names.join(', ');
}

/** The brackets at the end of `public: int __cdecl ns::f(char const *,int)`. */
function ofDecorated(decorated: string | undefined): string | undefined {
  if (!decorated?.startsWith('?')) return undefined;
  const text = undecorate(decorated);
  const end = text.lastIndexOf(')');
  if (end < 0 || text === decorated) return undefined;
  let depth = 0;
  for (let i = end; i >= 0; i--) {
    const c = text.charAt(i);
    if (c === ')') depth++;
    else if (c === '(' && --depth === 0) return text.slice(i, end + 1);
  }
  return undefined;
}
