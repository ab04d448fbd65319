import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { inject } from 'vitest';

export const ROOT = resolve(import.meta.dirname, '../..');
export const PROGRAM = join(ROOT, inject('program'));
export const SAMPLE = join(ROOT, 'dumps/sample.dmp');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built program as a person would; `input` goes to standard input, which is closed then. */
export function stillframe(args: readonly string[], input = ''): Promise<Ran> {
  const env = { ...process.env };
  delete env._NT_SYMBOL_PATH;
  delete env._NT_EXECUTABLE_IMAGE_PATH;
  const child = spawn('node', [PROGRAM, ...args], { cwd: ROOT, env });
  let out = '';
  let err = '';
  child.stdout.on('data', (d: Buffer) => (out += d.toString()));
  child.stderr.on('data', (d: Buffer) => (err += d.toString()));
  child.stdin.end(input);
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

export interface JsonLine {
  readonly schemaVersion: number;
  readonly command: string;
  readonly ok: boolean;
  readonly data?: Record<string, unknown>;
  readonly text?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Runs commands with --json and gives the lines. */
export async function json(dump: string, commands: string, ...args: string[]): Promise<JsonLine[]> {
  const { out } = await stillframe(['-z', dump, '--json', '-c', commands, ...args]);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JsonLine);
}
