/** Finds what a name typed to dt means: a type of a module or of Windows, or a variable with its type and address. */
import type { Address, Memory, Module } from '../../target/index.ts';
import type { FoundSymbol } from '../../symbols/index.ts';
import {
  compileWildcard,
  escapeWildcards,
  pointerTo,
  type Type,
  type TypeSource,
  windowsTypedef,
} from '../../types/index.ts';
import type { Session } from '../session.ts';
import { findVariable, requiredAddress, type VariablePlace } from '../variables/index.ts';

export type Found =
  | { readonly kind: 'type'; readonly type: Type; readonly module?: string; readonly name: string }
  | {
      readonly kind: 'variable';
      readonly type: Type;
      readonly address: Address;
      readonly module: string;
      readonly name: string;
    }
  | {
      readonly kind: 'local';
      readonly type: Type;
      readonly module: string;
      readonly name: string;
      readonly address: Address;
      /** the process' memory, with what of the variable is elsewhere laid over it */
      readonly memory: Memory;
      readonly inMemory: boolean;
      /** what stands behind `Local var`: `@ 0x12ff3c `, `@ ecx `, nothing for several places */
      readonly place: string;
    }
  | { readonly kind: 'symbol without type'; readonly symbol: FoundSymbol };

/** What has a type and can be shown. */
export type Shown = Exclude<Found, { kind: 'symbol without type' }>;

export interface NameOptions {
  /** -e, -t: a type, even where a variable has the name */
  readonly typesOnly: boolean;
  /** -y: the beginning of a name */
  readonly prefix: boolean;
}

/** What Windows' own structures belong to, for dt's headings. */
const SYSTEM = 'ntdll';

/** A qualified name in parts; `nt!` means ntdll in user mode. */
export function splitName(text: string): { readonly module?: string; readonly name: string } {
  // operators and lambdas have no `!` before the first bracket
  const match = /^([^!<(]+)!(.*)$/s.exec(text);
  if (!match) return { name: text };
  const [, module = '', name = ''] = match;
  return { module: /^nt$/i.test(module) ? SYSTEM : module, name };
}

/**
 * The type or variable of a name, or undefined. Windows' structures come before a program's own of the same name,
 * whose headers leave most fields out; `module!name` says which is meant.
 */
export function resolveName(session: Session, text: string, options: NameOptions): Found | undefined {
  const { module, name } = splitName(text);
  const { base, suffix } = splitSuffix(name);
  const found =
    module === undefined ? searchAll(session, base, options) : searchModule(session, module, base, options);
  if (!found || suffix === '' || found.kind !== 'type') return suffix === '' ? found : undefined;
  return {
    ...found,
    type: applySuffix(found.type, suffix, session.machine.pointerSize),
    name: `${found.name}${suffix}`,
  };
}

/** `CHAR[8]` and `_PEB *`: a type and what is made of it. */
function splitSuffix(name: string): { base: string; suffix: string } {
  const match = /^(.*?)((?:\s*\*|\s*\[\d+\])+)$/s.exec(name);
  // a star behind letters is a wildcard unless a blank or a bracket sets it apart
  if (!match || /\w\*$/.test(name)) return { base: name, suffix: '' };
  return { base: (match[1] ?? '').trim(), suffix: (match[2] ?? '').replace(/\s/g, '') };
}

function applySuffix(type: Type, suffix: string, pointerSize: 4 | 8): Type {
  // the last dimension is the innermost
  const parts = suffix.match(/\*|\[\d+\]/g) ?? [];
  let result = type;
  for (const part of [...parts.filter((p) => p === '*'), ...parts.filter((p) => p !== '*').reverse()]) {
    if (part === '*') {
      result = pointerTo(result, pointerSize);
      continue;
    }
    const count = Number(part.slice(1, -1));
    result = { kind: 'array', element: result, count, size: result.size * count };
  }
  return result;
}

function searchModule(
  session: Session,
  moduleName: string,
  name: string,
  options: NameOptions,
): Found | undefined {
  const module = moduleOf(session, moduleName);
  const system = isSystem(moduleName, module);
  const label = system ? SYSTEM : (module?.name ?? moduleName);
  // Windows' own structures need no symbols, so none are asked for
  const known = system ? exactType(session.layouts(session.machine).sources, name) : undefined;
  if (known) return { kind: 'type', type: known, name, module: label };
  const variable =
    options.typesOnly || !module ? undefined : variableOf(session, module, name, options.prefix);
  if (variable?.kind === 'variable') return variable;
  for (const source of sourcesOf(session, module, system)) {
    const type = findType(source, name, options.prefix);
    if (type) return { kind: 'type', ...type, module: label };
  }
  const typedef = system ? windowsTypedef(name, session.machine.pointerSize) : undefined;
  return typedef ? { kind: 'type', type: typedef, name, module: label } : variable;
}

function searchAll(session: Session, name: string, options: NameOptions): Found | undefined {
  const windows = session.layouts(session.machine).sources;
  const known = exactType(windows, name);
  if (known) return { kind: 'type', type: known, name, module: SYSTEM };
  const local = options.typesOnly ? undefined : findVariable(session, name);
  if (local) return { kind: 'local', ...local, module: local.module.name, place: placeText(local) };
  for (const source of windows) {
    const type = findType(source, name, options.prefix) ?? findType(source, `_${name}`, options.prefix);
    if (type) return { kind: 'type', ...type, module: SYSTEM };
  }
  const variables = options.typesOnly ? [] : session.symbols.resolve(name);
  const typed = variables.find((v) => v.symbol.type && v.symbol.kind === 'data');
  if (typed) return asVariable(session, typed);
  for (const module of nearestFirst(session)) {
    // a name that nobody knows must not fetch the symbols of every module
    const source = session.symbols.of(module, { download: false })?.types;
    const type = source && findType(source, name, options.prefix);
    if (type) return { kind: 'type', ...type, module: module.name };
  }
  const typedef = windowsTypedef(name, session.machine.pointerSize);
  if (typedef) return { kind: 'type', type: typedef, name };
  const [symbol] = variables;
  return symbol && asVariable(session, symbol);
}

function placeText({ address, inMemory, register }: VariablePlace): string {
  if (inMemory) return `@ 0x${address.toString(16)} `;
  return register === undefined ? '' : `@ ${register} `;
}

/** The module of the frame in effect, those whose symbols are loaded, then the others. */
function nearestFirst(session: Session): Module[] {
  const here = session.currentFrame()?.module;
  const all = [...session.target.modules].filter((m) => m !== here);
  const loaded = all.filter((m) => session.symbols.loaded(m));
  const rest = all.filter((m) => !session.symbols.loaded(m));
  return [...(here ? [here] : []), ...loaded, ...rest];
}

/** The type sources for `module!…`: of ntdll, Windows' structures for the view in effect come first. */
export function sourcesOf(session: Session, module: Module | undefined, system: boolean): TypeSource[] {
  const own = module && session.symbols.of(module)?.types;
  const windows = system ? session.layouts(session.machine).sources : [];
  return own && !windows.includes(own) ? [...windows, own] : [...windows];
}

export function isSystem(name: string, module: Module | undefined): boolean {
  return name.toLowerCase() === SYSTEM || /^ntdll\.dll$/i.test(module?.fileName ?? '');
}

/** A module by name; in a WOW64 dump the one of the view in effect where two have the name. */
export function moduleOf(session: Session, name: string): Module | undefined {
  const module = session.target.modules.byName(name);
  if (!module || module.machine === undefined || module.machine.kind === session.machine.kind) return module;
  const file = module.fileName.toLowerCase();
  for (const other of session.target.modules) {
    if (other.fileName.toLowerCase() === file && other.machine?.kind === session.machine.kind) return other;
  }
  return module;
}

function exactType(sources: readonly TypeSource[], name: string): Type | undefined {
  for (const source of sources) {
    const type = source.find(name);
    if (type) return type;
  }
  return undefined;
}

/** A type by exact name, else with case ignored, else by its beginning. */
function findType(
  source: TypeSource,
  name: string,
  prefix: boolean,
): { type: Type; name: string } | undefined {
  const exact = source.find(name);
  if (exact) return { type: exact, name };
  const wanted = compileWildcard(escapeWildcards(name) + (prefix ? '*' : ''));
  for (const other of source.names(wanted.pattern)) {
    const type = wanted.test(other) ? source.find(other) : undefined;
    if (type) return { type, name: other };
  }
  return undefined;
}

function variableOf(session: Session, module: Module, name: string, prefix: boolean): Found | undefined {
  const own = session.symbols.of(module);
  const exact = own?.find(name) ?? [];
  // -y: the first name that begins so
  const symbols = exact.length > 0 || !prefix ? exact : [...(own?.match(`${escapeWildcards(name)}*`) ?? [])];
  const symbol = symbols.find((s) => s.type && s.kind === 'data') ?? symbols[0];
  if (!symbol || symbol.kind === 'type' || symbol.kind === 'constant') return undefined;
  return asVariable(session, { module, symbol, address: module.base + BigInt(symbol.rva), displacement: 0n });
}

function asVariable(session: Session, found: FoundSymbol): Found {
  const { symbol, module } = found;
  if (!symbol.type) return { kind: 'symbol without type', symbol: found };
  const address = requiredAddress(session, found);
  return { kind: 'variable', type: symbol.type, address, module: module.name, name: symbol.name };
}
