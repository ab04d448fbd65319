import { type PointerType, type ProcedureType, type Type, unmodified } from './model.ts';

/** Types within a type that are named; only malformed files have more, or types that go round in a circle. */
const PARTS_LIMIT = 256;

/** How much of a name may still be written. */
interface Budget {
  left: number;
}

/** A type as dt prints it: `Ptr32 _PEB`, `[34] Uint4B`, `Pos 0, 1 Bit`, `Ptr64     void `. */
export function dtTypeName(type: Type): string {
  return dtName(type, { left: PARTS_LIMIT });
}

function dtName(type: Type, budget: Budget): string {
  const t = unmodified(type);
  if (budget.left-- <= 0) return '…';
  switch (t.kind) {
    case 'basic':
    case 'record':
    case 'enum':
      return t.name;
    case 'pointer':
      return `${pointerWord(t)} ${dtName(t.target, budget)}`;
    case 'array':
      return `[${t.count}] ${dtName(t.element, budget)}`;
    case 'bit field':
      return `Pos ${t.position}, ${t.length} ${t.length === 1 ? 'Bit' : 'Bits'}`;
    case 'procedure':
      // four blanks before and one after what it returns: the debugger leaves room for convention and arguments
      return `    ${cTypeName(t.returns)} `;
    case 'modifier':
      return '…';
  }
}

function pointerWord(type: PointerType): string {
  return `Ptr${type.size * 8}`;
}

/** A type as C++ has it and ??, x and dv print it: `unsigned long`, `struct _PEB *`, `wchar_t [260]`. */
export function cTypeName(type: Type, options: { readonly tags?: boolean } = {}): string {
  return cName(type, '', options.tags ?? false, { left: PARTS_LIMIT });
}

/** A declaration of `inner` as this type: pointers to arrays and functions wrap it in parentheses. */
function cName(type: Type, inner: string, tags: boolean, budget: Budget): string {
  if (budget.left-- <= 0) return '…';
  const join = (name: string) => (inner === '' ? name : `${name} ${inner}`);
  switch (type.kind) {
    case 'basic':
      return join(type.cName);
    case 'record':
      return join(tags ? `${type.tag} ${type.name}` : type.name);
    case 'enum':
      return join(tags ? `enum ${type.name}` : type.name);
    case 'modifier': {
      const words = [type.const && 'const', type.volatile && 'volatile', type.unaligned && '__unaligned'];
      return [...words.filter(Boolean), cName(type.base, inner, tags, budget)].join(' ');
    }
    case 'pointer': {
      const target = unmodified(type.target);
      const star = pointerMark(type, tags, budget) + inner;
      const wrapped = target.kind === 'array' || target.kind === 'procedure' ? `(${star})` : star;
      return cName(type.target, wrapped, tags, budget);
    }
    case 'array':
      return cName(type.element, `${inner}[${type.count}]`, tags, budget);
    case 'bit field':
      return cName(type.base, inner, tags, budget);
    case 'procedure':
      return cName(type.returns, `${inner}${parameterList(type, tags, budget)}`, tags, budget);
  }
}

function pointerMark(type: PointerType, tags: boolean, budget: Budget): string {
  const cv = `${type.const ? ' const' : ''}${type.volatile ? ' volatile' : ''}`;
  if (type.mode === 'lvalue reference') return `&${cv}`;
  if (type.mode === 'rvalue reference') return `&&${cv}`;
  if (type.mode === 'pointer') return `*${cv}`;
  return `${type.owner ? cName(type.owner, '', tags, budget) : ''}::*${cv}`;
}

function parameterList(type: ProcedureType, tags: boolean, budget: Budget): string {
  const names = type.parameters.map((p) => cName(p, '', tags, budget));
  if (type.variadic) names.push('...');
  return `(${names.length > 0 ? names.join(', ') : 'void'})`;
}
