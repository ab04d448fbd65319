import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { SCHEMA_FOLDER } from '../../scripts/makeSchemas.ts';
import type { JsonSchema } from '../../scripts/schemas/jsonSchema.ts';

interface Index {
  readonly line: string;
  readonly program: string;
  readonly triage: string;
  readonly triageSummary: string;
  readonly commands: readonly {
    readonly name: string;
    readonly aliases: readonly string[];
    readonly schema: string;
  }[];
}

/** The shipped schemas as another program would use them. */
export interface Validators {
  readonly line: ValidateFunction;
  readonly program: ValidateFunction;
  readonly triage: ValidateFunction;
  readonly triageSummary: ValidateFunction;
  /** by a schema's `$id` */
  byId(id: string): ValidateFunction | undefined;
  /** of the data of a command by its name, or one of its other names */
  commandOf(name: string): ValidateFunction | undefined;
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(SCHEMA_FOLDER, path), 'utf8'));
}

let validators: Validators | undefined;

/** Reads the shipped schemas; once a test file. */
export function commandValidators(): Validators {
  return (validators ??= make());
}

function make(): Validators {
  const index = read('index.json') as Index;
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: false });
  const paths = new Set([
    ...['data.json', index.line, index.program, index.triage, index.triageSummary],
    ...index.commands.map((c) => c.schema),
  ]);
  const ids = new Map<string, string>();
  for (const path of paths) {
    const schema = read(path) as JsonSchema;
    ids.set(path, schema.$id ?? '');
    ajv.addSchema(schema);
  }
  const compiled = (path: string): ValidateFunction => {
    const found = ajv.getSchema(ids.get(path) ?? '');
    if (!found) throw new Error(`${path} is no schema`);
    return found;
  };
  const byName = new Map(
    index.commands.flatMap(({ name, aliases, schema }) =>
      [name, ...aliases].map((n) => [n, schema] as const),
    ),
  );
  return {
    line: compiled(index.line),
    program: compiled(index.program),
    triage: compiled(index.triage),
    triageSummary: compiled(index.triageSummary),
    byId: (id) => ajv.getSchema(id),
    commandOf: (name) => {
      const path = byName.get(name);
      return path === undefined ? undefined : compiled(path);
    },
  };
}
