import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SCHEMA_VERSION } from '../jsonLines.ts';

/** What schemas/vN/index.json has, as far as it is used here. */
interface SchemaIndex {
  readonly program: string;
  readonly commands: readonly {
    readonly name: string;
    readonly aliases: readonly string[];
    readonly schema: string;
  }[];
}

const ROOT = `stillframe://schemas/v${SCHEMA_VERSION}/`;

/** The JSON Schemas of the data, as resources of the server: a client reads the one that a result names. */
export class SchemaResources {
  private readonly folder = schemaFolder();
  private readonly index = JSON.parse(readFileSync(join(this.folder, 'index.json'), 'utf8')) as SchemaIndex;
  private readonly byCommand = new Map(
    this.index.commands.flatMap(({ name, aliases, schema }) =>
      [name, ...aliases].map((n) => [n, schema] as const),
    ),
  );

  /** The address of the schema of a command's data; of what is no command, that of programs. */
  uriOf(command: string | undefined): string {
    return ROOT + ((command === undefined ? undefined : this.byCommand.get(command)) ?? this.index.program);
  }

  register(server: McpServer): void {
    const paths = new Set([this.index.program, ...this.byCommand.values()]);
    for (const path of paths) {
      const uri = ROOT + path;
      const mimeType = 'application/schema+json';
      server.registerResource(
        path,
        uri,
        { description: 'JSON Schema of the data of a command', mimeType },
        () => ({ contents: [{ uri, mimeType, text: readFileSync(join(this.folder, path), 'utf8') }] }),
      );
    }
  }
}

/** Where the schemas lie in the package: above this code, wherever the build put it. */
function schemaFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const schemas = join(folder, `schemas/v${SCHEMA_VERSION}`);
    if (existsSync(join(schemas, 'index.json'))) return schemas;
    if (folder === dirname(folder)) throw new Error('the package has lost its schemas');
  }
}
