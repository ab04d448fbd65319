import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { SCHEMA_VERSION } from '../cli/jsonLines.ts';
import { schemaFiles } from './schemas/schemaFiles.ts';

/** Where the schemas of this version lie. */
export const SCHEMA_FOLDER = join(import.meta.dirname, `../schemas/v${SCHEMA_VERSION}`);

/** The files of the schemas as they are written, by their path in the folder. */
export async function schemaTexts(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const [path, content] of schemaFiles())
    texts.set(path, await format(JSON.stringify(content), { parser: 'json', printWidth: 110 }));
  return texts;
}

if (process.argv[1] === import.meta.filename) {
  const texts = await schemaTexts();
  rmSync(SCHEMA_FOLDER, { recursive: true, force: true });
  for (const [path, text] of texts) {
    const file = join(SCHEMA_FOLDER, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
