import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { compileWildcard } from '../../core/types/index.ts';

/** What a folder is searched for. */
const DUMPS = /\.(dmp|mdmp|hdmp)(\.gz)?$/i;

/**
 * The files that arguments mean, each once, as absolute paths: a folder's dumps, a pattern's matches (shells on Windows
 * leave patterns to programs), and what else was named as it is: that it is not there is told when it is opened.
 */
export function findDumps(words: readonly string[]): string[] {
  const found = new Set<string>();
  for (const word of words) for (const path of expand(word)) found.add(resolve(path));
  return [...found];
}

function expand(word: string): string[] {
  const stats = statSync(word, { throwIfNoEntry: false });
  if (stats?.isDirectory())
    return namesIn(word)
      .filter((name) => DUMPS.test(name))
      .map((n) => join(word, n));
  if (stats || !/[*?]/.test(basename(word))) return [word];
  const pattern = compileWildcard(basename(word));
  const folder = dirname(word);
  return namesIn(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

function namesIn(folder: string): string[] {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() ? readdirSync(folder).sort() : [];
}
