import { type Type, unmodified } from '../../types/index.ts';

/** Windows' names for basic types as dt spells them: a name that can be typed again. */
const TYPEDEFS: Readonly<Record<string, string>> = {
  Char: 'CHAR',
  UChar: 'UCHAR',
  Wchar: 'WCHAR',
  Int1B: 'CHAR',
  Uint1B: 'UCHAR',
  Int2B: 'SHORT',
  Uint2B: 'USHORT',
  Int4B: 'LONG',
  Uint4B: 'ULONG',
  Int8B: 'LONGLONG',
  Uint8B: 'ULONGLONG',
};
/** Pointers and dimensions of one type; malformed files have more, or types that go round in a circle. */
const MAX_PARTS = 32;

/**
 * A type by a name under which it is found again: `app!Node`, `app!Node *[4]`, `ULONG[16]`. Undefined for what has no
 * such name: functions, void, references to members.
 */
export function typedName(type: Type, module: string | undefined): string | undefined {
  let suffix = '';
  let dimensions = '';
  let t = unmodified(type);
  for (let parts = 0; parts < MAX_PARTS; parts++) {
    switch (t.kind) {
      case 'array':
        dimensions += `[${t.count}]`;
        t = unmodified(t.element);
        continue;
      case 'pointer':
        // a pointer to an array cannot be written behind a name
        if (unmodified(t.target).kind === 'array') return undefined;
        suffix = `*${suffix}`;
        t = unmodified(t.target);
        if (t.kind === 'procedure' || (t.kind === 'basic' && t.encoding === 'void'))
          return `VOID ${suffix}${dimensions}`;
        continue;
      case 'record':
      case 'enum': {
        const name = module === undefined ? t.name : `${module}!${t.name}`;
        return `${name}${suffix === '' ? '' : ` ${suffix}`}${dimensions}`;
      }
      case 'basic': {
        const name = TYPEDEFS[t.name];
        return name && `${name}${suffix === '' ? '' : ` ${suffix}`}${dimensions}`;
      }
      default:
        return undefined;
    }
  }
  return undefined;
}
