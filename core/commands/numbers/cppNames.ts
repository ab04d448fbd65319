import { findCppMember, pointerType, UCHAR, type CppName, type CppNames } from '../../eval/index.ts';
import { recordOf, type RecordType, type Type, unmodified } from '../../types/index.ts';
import { moduleOf, resolveName, splitName, valueSource, type Found } from '../dt/index.ts';
import type { Session } from '../session.ts';
import type { FoundSymbol } from '../../symbols/index.ts';
import { settingsOf, TYPEOPT } from '../settings.ts';
import { findVariable, type PlacedVariable, requiredAddress } from '../variables/index.ts';
import type { VariableType } from './pseudoVariables.ts';

/** Pseudo-registers that are addresses: "cast to PUCHAR" (c---numbers-and-operators.md). */
const ADDRESSES = /^\$(?:ip|eventip|previp|relip|scopeip|exentry|csp|ra)$/;
/** Those that point to one of Windows' structures; without a kernel $thread is the TEB and $proc the PEB. */
const STRUCTURES: Readonly<Record<string, string>> = {
  $teb: '_TEB',
  $thread: '_TEB',
  $peb: '_PEB',
  $proc: '_PEB',
};
/** What a symbol without type information appears as: its address can be taken, and that is all. */
const NO_TYPE: Type = { kind: 'basic', name: '<NoType>', cName: '<NoType>', encoding: 'none', size: 0 };

/** The type that `r?` gave to a pseudo-register, by name with `$`. */
export type TypeOfVariable = (name: string) => VariableType | undefined;

/** The names of C++ expressions in a session: variables of the frame in effect, then those of modules, types. */
export function cppNames(session: Session, typeOfVariable: TypeOfVariable): CppNames {
  return {
    find: (name) => findName(session, name),
    type(name) {
      const found = resolveName(session, name.replace(/^::/, ''), { typesOnly: true, prefix: false });
      return found?.kind === 'type' ? found : undefined;
    },
    pseudoType(name) {
      const typed = typeOfVariable(name);
      if (typed) return typed;
      const size = session.machine.pointerSize;
      if (ADDRESSES.test(name)) return { type: pointerType(UCHAR, size) };
      const structure = STRUCTURES[name];
      const record = structure === undefined ? undefined : session.layouts().record(structure);
      return record && { type: pointerType(record, size), module: 'ntdll' };
    },
    complete: (record, module) => completed(session, record, module),
  };
}

function completed(session: Session, record: RecordType, module: string | undefined): RecordType {
  return valueSource(session, module).complete?.(record) ?? record;
}

function findName(session: Session, text: string): CppName | undefined {
  if (text.startsWith('$!')) return variable(findVariable(session, text.slice(2)));
  const global = text.startsWith('::');
  const name = global ? text.slice(2) : text;
  const { module } = splitName(name);
  if (module === undefined && !global) {
    // Windows' own structures need no symbols, so none are asked for
    for (const source of session.layouts().sources) {
      const type = source.find(name);
      if (type) return { kind: 'type', type, module: 'ntdll' };
    }
    const own = variable(findVariable(session, name)) ?? memberOfThis(session, name);
    if (own) return own;
  }
  const largest = settingsOf(session).typeOptions & TYPEOPT.size ? largestSymbol(session, name) : undefined;
  return (
    largest ??
    resolved(session, resolveName(session, name, { typesOnly: false, prefix: false })) ??
    constant(session, name) ??
    enumerator(session, name)
  );
}

/** `.typeopt +size`: of several symbols of a name the one with the most bytes; undefined where there is no choice. */
function largestSymbol(session: Session, name: string): CppName | undefined {
  const size = ({ symbol }: FoundSymbol): number =>
    symbol.type && unmodified(symbol.type).kind !== 'procedure' ? symbol.type.size : (symbol.size ?? 0);
  const [first, ...others] = session.symbols.resolve(name).filter(({ symbol }) => symbol.type);
  if (!first || others.length === 0) return undefined;
  const largest = others.reduce((best, other) => (size(other) > size(best) ? other : best), first);
  const { type } = largest.symbol;
  if (!type) return undefined;
  const found = { kind: 'variable', type, address: requiredAddress(session, largest) } as const;
  return resolved(session, { ...found, module: largest.module.name, name: largest.symbol.name });
}

function resolved(session: Session, found: Found | undefined): CppName | undefined {
  const { memory } = session.target;
  switch (found?.kind) {
    case 'type':
      return { kind: 'type', type: found.type, module: found.module };
    case 'variable': {
      const { type, address, module } = found;
      if (unmodified(type).kind === 'procedure') return { kind: 'function', type, address, module };
      return { kind: 'variable', type, place: { address, memory }, module };
    }
    case 'symbol without type': {
      const { address, module } = found.symbol;
      return { kind: 'variable', type: NO_TYPE, place: { address, memory }, module: module.name };
    }
    default:
      return undefined;
  }
}

function variable(found: PlacedVariable | undefined): CppName | undefined {
  if (!found) return undefined;
  const { type, address, memory, inMemory, module } = found;
  const place = { address, memory, inRegisters: !inMemory };
  return { kind: 'variable', type, place, module: module.name };
}

/** In a member function the names of the object's members need no `this->`. */
function memberOfThis(session: Session, name: string): CppName | undefined {
  const found = findVariable(session, 'this');
  const pointer = found && unmodified(found.type);
  const declared = pointer?.kind === 'pointer' ? recordOf(pointer.target) : undefined;
  if (!found || !declared) return undefined;
  const complete = (record: RecordType): RecordType => completed(session, record, found.module.name);
  if (!findCppMember(complete(declared), name, complete)) return undefined;
  const value = session.evaluator.evaluateCpp(`$!this->${name}`);
  return (
    value.place && {
      kind: 'variable',
      type: value.type,
      place: value.place,
      module: value.module,
    }
  );
}

/** A constant of the program: PDBs keep those that are named somewhere, enumerators among them. */
function constant(session: Session, text: string): CppName | undefined {
  const { module: moduleName, name } = splitName(text);
  const only = moduleName === undefined ? undefined : moduleOf(session, moduleName);
  if (moduleName !== undefined && !only) return undefined;
  for (const module of only ? [only] : session.target.modules) {
    const symbols = only ? session.symbols.of(module) : session.symbols.loaded(module);
    const symbol = symbols?.find(name).find((s) => s.kind === 'constant' && s.value !== undefined);
    if (symbol?.type && symbol.value !== undefined) {
      return { kind: 'constant', type: symbol.type, value: symbol.value, module: module.name };
    }
  }
  return undefined;
}

/** `Colour::red`: an enumerator by way of its type. */
function enumerator(session: Session, name: string): CppName | undefined {
  const scope = name.lastIndexOf('::');
  if (scope <= 0) return undefined;
  const found = resolveName(session, name.slice(0, scope), { typesOnly: true, prefix: false });
  const type = found?.kind === 'type' ? unmodified(found.type) : undefined;
  if (found?.kind !== 'type' || type?.kind !== 'enum') return undefined;
  const member = type.enumerators.find((e) => e.name === name.slice(scope + 2));
  return member && { kind: 'constant', type, value: member.value, module: found.module };
}
