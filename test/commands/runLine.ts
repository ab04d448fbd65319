import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine, type EngineHost } from '../../core/engine/index.ts';
import { plain, type JsonObject } from '../../core/output/index.ts';
import { corpusFile } from '../corpus.ts';
import { checkData } from '../schemas/checkData.ts';

/** What a command line came to: its text, and the data of its last command as JSON gives it. */
export interface LineResult {
  readonly lines: readonly string[];
  readonly data: JsonObject;
  /** messages of commands that failed */
  readonly errors: readonly string[];
}

/** An engine on a corpus dump: `openEngine('public/dumps/x.dmp.gz')`. */
export function openEngine(path: string, host: EngineHost = {}): Promise<Engine> {
  const file = corpusFile(path);
  return Engine.open(new BufferSource(readFileSync(file), file), host);
}

/** Runs a command line as a person would. */
export async function runLine(engine: Engine, line: string): Promise<LineResult> {
  const lines: string[] = [];
  const results = await engine.execute(line, { line: (l) => lines.push(plain(l)) });
  // whatever a test looks at, its data is also as the schemas say
  for (const result of results) expect(checkData(engine, result)).toBeUndefined();
  return {
    lines,
    data: JSON.parse(JSON.stringify(results.at(-1)?.data ?? {})) as JsonObject,
    errors: results.flatMap((r) => (r.error ? [r.error.message] : [])),
  };
}
