import { type Type, unmodified } from '../../types/index.ts';

/** Types within a type that are named; only malformed files have more, or types that go round in a circle. */
const PARTS = 64;

/** How the debugger's two generations spell types: that of x and dv, and dx's. */
type Spelling = 'engine' | 'model';

/**
 * A type as x, dv, ?? and kp name it: records with their tag, enums without, references as pointers, functions without
 * their parameters, no const and volatile: `struct _PEB *`, `char **`, `unsigned short *[42]`, `<function> *`.
 * (Forms: samples.md, sections 3 and 6, and public logs of the debugger.)
 */
export function engineTypeName(type: Type | undefined): string {
  return type ? nameOf(type, '', 'engine', PARTS) : '<NoType>';
}

/** A type as dx names it: without tags, `__int64` for 64 bits, references as such. */
export function modelTypeName(type: Type): string {
  return nameOf(type, '', 'model', PARTS);
}

/** `inner` is what stands behind the name: stars and dimensions. */
function nameOf(type: Type, inner: string, spelling: Spelling, left: number): string {
  if (left === 0) return '…';
  const t = unmodified(type);
  switch (t.kind) {
    case 'basic':
      return joined(spelling === 'model' ? t.cName.replace(/\bint64$/, '__int64') : t.cName, inner);
    case 'enum':
      return joined(t.name, inner);
    case 'record':
      return joined(spelling === 'model' ? t.name : `${t.tag} ${t.name}`, inner);
    case 'procedure':
      return joined('<function>', inner);
    case 'bit field':
      return nameOf(t.base, inner, spelling, left - 1);
    case 'modifier':
      return '…';
    case 'array':
      return nameOf(t.element, `${inner}[${t.count > 0 ? t.count : ''}]`, spelling, left - 1);
    case 'pointer': {
      const ofMember = t.mode === 'data member' || t.mode === 'member function';
      const owner = ofMember && t.owner ? `${nameOf(t.owner, '', spelling, left - 1)}::` : '';
      const star = `${owner}${mark(t.mode, spelling)}${inner}`;
      const wrapped = unmodified(t.target).kind === 'array' ? `(${star})` : star;
      return nameOf(t.target, wrapped, spelling, left - 1);
    }
  }
}

function mark(mode: (Type & { kind: 'pointer' })['mode'], spelling: Spelling): string {
  if (spelling === 'engine') return '*';
  return mode === 'lvalue reference' ? '&' : mode === 'rvalue reference' ? '&&' : '*';
}

function joined(name: string, inner: string): string {
  return inner === '' ? name : `${name} ${inner}`;
}
