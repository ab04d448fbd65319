import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCommands } from '../../core/engine/index.ts';
import { SCHEMA_FOLDER } from '../../scripts/makeSchemas.ts';
import type { JsonSchema } from '../../scripts/schemas/jsonSchema.ts';
import { schemaFiles } from '../../scripts/schemas/schemaFiles.ts';
import { commandValidators } from './commandValidators.ts';

function shipped(): Map<string, unknown> {
  const files = readdirSync(SCHEMA_FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.json'),
  );
  return new Map(
    files.map((path) => [
      path.replaceAll('\\', '/'),
      JSON.parse(readFileSync(join(SCHEMA_FOLDER, path), 'utf8')) as unknown,
    ]),
  );
}

/** Where a schema lets everything through: no type, no values, no reference, or an object of any properties. */
function open(schema: JsonSchema, path: string): string[] {
  const { type, properties = {}, additionalProperties, items, prefixItems, anyOf, $defs = {} } = schema;
  const says =
    type ?? schema.enum ?? schema.anyOf ?? schema.$ref ?? (schema.const === undefined ? undefined : true);
  const here = [
    ...(says === undefined ? [path] : []),
    ...(type === 'object' && additionalProperties === undefined ? [path] : []),
    ...(type === 'array' && !items && !prefixItems ? [path] : []),
  ];
  const below: (readonly [string, JsonSchema])[] = [
    ...Object.entries(properties).map(([name, s]) => [`${path}.${name}`, s] as const),
    ...Object.entries($defs).map(([name, s]) => [`${path}#${name}`, s] as const),
    ...(additionalProperties ? [[`${path}[name]`, additionalProperties] as const] : []),
    ...(items ? [[`${path}[]`, items] as const] : []),
    ...(prefixItems ?? []).map((s, i) => [`${path}[${i}]`, s] as const),
    ...(anyOf ?? []).map((s, i) => [`${path}|${i}`, s] as const),
  ];
  return [...here, ...below.flatMap(([at, s]) => open(s, at))];
}

describe('the JSON Schemas', () => {
  it('are those of the types', () => {
    const wanted = Object.fromEntries(schemaFiles());
    expect(Object.fromEntries(shipped()), 'run npx tsx scripts/makeSchemas.ts').toEqual(wanted);
  });

  it('are there for every command with data', () => {
    const { commandOf } = commandValidators();
    for (const { name, hasData, aliases } of allCommands.filter((c) => c.hasData)) {
      expect(hasData && commandOf(name), name).toBeTruthy();
      for (const alias of aliases) expect(commandOf(alias), alias).toBe(commandOf(name));
    }
  });

  it('admit nothing that they do not name', () => {
    for (const [path, schema] of shipped())
      if (path !== 'index.json') expect(open(schema as JsonSchema, path)).toEqual([]);
  });

  it('refuse data of another form', () => {
    const { commandOf } = commandValidators();
    for (const { name } of allCommands.filter((c) => c.hasData)) {
      const validate = commandOf(name);
      for (const wrong of [{ stranger: 1 }, [], 'text', 1, null])
        expect(validate?.(wrong), `${name} ${JSON.stringify(wrong)}`).toBe(false);
    }
  });
});
