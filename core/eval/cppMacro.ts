import { typeName } from './cppName.ts';
import type { CppMacro, CppNode, TypeName } from './cppTree.ts';
import type { Languages } from './language.ts';
import type { Scanner } from './scanner.ts';

const MACRO = /#(\w+)/y;
const FIELD = /\s*([A-Za-z_$][\w$]*(?:(?:\.[A-Za-z_$][\w$]*)|\[\d+\])*)/y;

/** A macro of winnt.h that begins here; undefined where no `#` stands. */
export function cppMacro(s: Scanner, languages: Languages): CppNode | undefined {
  const found = s.match(MACRO);
  if (!found) return undefined;
  s.take(found[0].length);
  const at = s.last;
  const name = found[1] ?? '';
  if (!s.accept('(')) throw s.fault('Syntax error at');
  const macro = read(s, languages, name, at);
  if (!s.accept(')')) throw s.fault('Syntax error at');
  return { kind: 'macro', macro, at };
}

function read(s: Scanner, languages: Languages, name: string, at: number): CppMacro {
  switch (name) {
    case 'CONTAINING_RECORD': {
      const address = expression(s, languages);
      const type = typeArgument(s, true);
      return { name, address, type, field: fieldArgument(s) };
    }
    case 'FIELD_OFFSET':
    case 'RTL_FIELD_SIZE':
    case 'RTL_SIZEOF_THROUGH_FIELD': {
      const type = typeArgument(s, false);
      return { name, type, field: fieldArgument(s) };
    }
    case 'RTL_CONTAINS_FIELD': {
      const record = expression(s, languages);
      comma(s);
      const size = expression(s, languages);
      return { name, record, size, field: fieldArgument(s) };
    }
    case 'RTL_NUMBER_OF':
      return { name, array: expression(s, languages) };
    default:
      s.at = at;
      throw s.fault('Syntax error at');
  }
}

function expression(s: Scanner, languages: Languages): CppNode {
  return s.nested(() => languages.parsers['c++'](s, languages));
}

function typeArgument(s: Scanner, afterComma: boolean): TypeName {
  if (afterComma) comma(s);
  const type = typeName(s);
  if (!type) throw s.fault('Syntax error at');
  return type;
}

function fieldArgument(s: Scanner): string {
  comma(s);
  const found = s.match(FIELD);
  if (!found) throw s.fault('Syntax error at');
  s.take(found[0].length);
  return found[1] ?? '';
}

function comma(s: Scanner): void {
  if (!s.accept(',')) throw s.fault('Syntax error at');
}
