import { UsageError } from '../../errors/index.ts';
import type { Address } from '../../target/index.ts';
import { cTypeName } from '../../types/index.ts';
import type { Session } from '../session.ts';
import { buildView } from './buildView.ts';
import { resolveName } from './resolveName.ts';
import { valueSource } from './valueSource.ts';

/** Fields that are marked in a memory pane: more have no colour to tell them apart, and no room. */
const MAX_FIELDS = 2000;

/** A field of a structure, as a memory pane marks it. */
export interface StructureField {
  readonly name: string;
  readonly type: string;
  /** bytes from the structure's start */
  readonly offset: number;
  /** bytes */
  readonly size: number;
}

/** A structure laid over memory. */
export interface StructureFields {
  readonly name: string;
  readonly address: Address;
  /** bytes */
  readonly size: number;
  readonly fields: readonly StructureField[];
}

/**
 * The fields of a type at an address, of a record its own and not those within them. Throws `UsageError` for a name that
 * is no type.
 */
export function structureFields(session: Session, name: string, address: Address): StructureFields {
  const found = resolveName(session, name, { typesOnly: true, prefix: false });
  if (found?.kind !== 'type') throw new UsageError(`${name} is no type that is known`, 'unresolved');
  const source = valueSource(session, found.module);
  const options = { depth: 0, blocks: false, fields: [], verbose: false } as const;
  const view = buildView(source, found.type, undefined, options);
  const fields: StructureField[] = [];
  for (const row of view.rows ?? []) {
    if (fields.length >= MAX_FIELDS) break;
    if (row.kind === 'vftable') {
      fields.push({ name: '__vfptr', type: 'void **', offset: row.offset, size: row.pointerSize });
    } else if (row.kind === 'field' && row.offset !== undefined) {
      const { name: field, offset, type } = row;
      fields.push({ name: field, type: cTypeName(type), offset, size: Math.max(1, type.size) });
    }
  }
  return {
    name: found.module === undefined ? found.name : `${found.module}!${found.name}`,
    address,
    size: view.size,
    fields,
  };
}
