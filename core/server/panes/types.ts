import {
  buildView,
  type DtRow,
  resolveName,
  splitName,
  valueSource,
  valueText,
} from '../../commands/dt/index.ts';
import type { Session } from '../../commands/index.ts';
import { UsageError } from '../../errors/index.ts';
import type { TypeNodeModel, TypeTreeModel } from '../../protocol/index.ts';
import {
  escapeWildcards,
  dtTypeName,
  type Type,
  type TypeSource,
  unmodified,
  type Value,
} from '../../types/index.ts';
import type { PaneCall } from '../paneCall.ts';
import { typedName } from './typedName.ts';

/** Names that are offered at once. */
const MAX_NAMES = 200;
/** Rows of a structure that are sent: an array of a million fields is no structure. */
const MAX_ROWS = 5000;

/** A type's fields, with what lies at the address where one is given. */
export function typeTreePane(
  { session }: PaneCall,
  { type: name, address }: { type: string; address?: bigint },
): TypeTreeModel {
  const found = resolveName(session, name.trim(), { typesOnly: address !== undefined, prefix: false });
  if (!found) throw new UsageError(`No type or variable is called ${name}`, 'unresolved');
  if (found.kind === 'symbol without type')
    throw new UsageError(`${name} has no type in its symbols: name a type`, 'unresolved');
  const source = valueSource(session, found.module, found.kind === 'local' ? found.memory : undefined);
  const at = address ?? (found.kind === 'type' ? undefined : found.address);
  const view = buildView(source, found.type, at, {
    depth: 0,
    blocks: false,
    fields: [],
    verbose: false,
    module: found.module,
    elements: isList(found.type) ? MAX_ROWS : undefined,
  });
  const nodes: TypeNodeModel[] = view.rows
    ? view.rows.slice(0, MAX_ROWS).flatMap((row) => nodeOf(session, row, found.module, at))
    : (view.elements ?? []).slice(0, MAX_ROWS).map((e) => {
        return {
          name: `[${e.index}]`,
          type: dtTypeName(e.type),
          address: e.address,
          opens: opened(e.type, e.address, e.value, found.module),
          ...valueOf(session, e.value),
        };
      });
  if (nodes.length === 0 && view.value)
    nodes.push({
      name: found.kind === 'type' ? '*' : found.name,
      type: dtTypeName(found.type),
      ...valueOf(session, view.value),
    });
  return {
    type: dtTypeName(found.type),
    module: found.module,
    alsoIn: splitName(name.trim()).module === undefined ? othersWith(session, name.trim(), found.module) : [],
    size: view.size,
    address: at,
    nodes,
    truncated: view.cut || (view.rows?.length ?? 0) > MAX_ROWS,
    note: session.layoutNote(session.machine),
  };
}

/** Modules whose loaded symbols have a type of a name too. */
function othersWith(session: Session, name: string, module: string | undefined): string[] {
  return [...session.target.modules]
    .filter((m) => m.name !== module && session.symbols.loaded(m)?.types?.find(name) !== undefined)
    .map((m) => m.name);
}

/** An array whose elements are rows: one of characters is a text. */
function isList(type: Type): boolean {
  const t = unmodified(type);
  if (t.kind !== 'array') return false;
  const element = unmodified(t.element);
  return !(element.kind === 'basic' && /^w?char/.test(element.encoding));
}

function nodeOf(
  session: Session,
  row: DtRow,
  module: string | undefined,
  base: bigint | undefined,
): TypeNodeModel[] {
  switch (row.kind) {
    case 'method':
      return [];
    case 'vftable':
      return [
        {
          name: '__VFN_table',
          offset: row.offset,
          size: row.pointerSize,
          type: `Ptr${row.pointerSize * 8}`,
          address: base === undefined ? undefined : base + BigInt(row.offset),
          ...valueOf(session, row.value),
        },
      ];
    case 'static':
    case 'field': {
      const offset = row.kind === 'field' ? row.offset : undefined;
      const at =
        row.address ?? (base === undefined || offset === undefined ? undefined : base + BigInt(offset));
      return [
        {
          name: row.kind === 'static' ? `static ${row.name}` : row.name,
          offset,
          size: row.type.size,
          type: dtTypeName(row.type),
          address: at,
          opens: opened(row.type, at, row.value, module),
          ...valueOf(session, row.value),
        },
      ];
    }
  }
}

/** What a click on a value opens: its own fields or elements, or what it points to. */
export function opened(
  type: Type,
  address: bigint | undefined,
  value: Value | undefined,
  module: string | undefined,
): TypeNodeModel['opens'] {
  const t = unmodified(type);
  if (t.kind === 'record' || isList(t)) {
    const name = typedName(t, module);
    return name === undefined ? undefined : { type: name, address };
  }
  if (t.kind !== 'pointer' || value?.kind !== 'pointer' || value.address === 0n) return undefined;
  const target = typedName(t.target, module);
  return target === undefined ? undefined : { type: target, address: value.address };
}

function valueOf(
  session: Session,
  value: Value | undefined,
): Pick<TypeNodeModel, 'value' | 'pointer' | 'missing'> {
  if (!value) return { missing: false };
  const style = {
    pointerSize: session.machine.pointerSize,
    blocks: false,
    verbose: false,
    describe: (address: bigint) => session.symbols.describe(address),
  };
  return {
    value: valueText(value, style).trim(),
    pointer: pointerOf(value),
    missing: value.kind === 'missing',
  };
}

/** Where a pointer leads; undefined for what is none, and for null. */
export function pointerOf(value: Value | undefined): bigint | undefined {
  return value?.kind === 'pointer' && value.address !== 0n ? value.address : undefined;
}

/** Type names that begin so: of the named module, else Windows' own and those of modules with symbols. */
export function typeNamesPane({ session }: PaneCall, { prefix }: { prefix: string }): string[] {
  const { module: wanted, name } = splitName(prefix.trim());
  const pattern = `${escapeWildcards(name)}*`;
  const names = new Set<string>();
  const add = (module: string, types: TypeSource): void => {
    for (const n of types.names(pattern)) {
      if (names.size >= MAX_NAMES) return;
      names.add(`${module}!${n}`);
    }
  };
  if (wanted === undefined || wanted === 'ntdll')
    for (const source of session.layouts().sources) add('ntdll', source);
  for (const module of session.target.modules) {
    if (wanted !== undefined && wanted !== module.name) continue;
    // what is loaded: a key press must not start a download
    const types = session.symbols.loaded(module)?.types;
    if (types) add(module.name, types);
  }
  return [...names];
}
