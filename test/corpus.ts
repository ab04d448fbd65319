/**
 * The real files that tests hold the code against. They lie beside the checkout, not in it; where they are absent the
 * tests that need them are skipped and say so. CI sets STILLFRAME_REQUIRE_CORPUS, which turns absence into failure.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

const ROOT = resolve(import.meta.dirname, '..');
const SHARED = process.env.STILLFRAME_SHARED ?? resolve(ROOT, '../shared');
const CACHE = join(ROOT, '.cache', 'corpus');

/** Whether the corpus is here. Use as `describe.skipIf(!hasCorpus)`. */
export const hasCorpus = existsSync(join(SHARED, 'corpus'));
if (!hasCorpus && process.env.STILLFRAME_REQUIRE_CORPUS) {
  throw new Error(`the corpus is required here and missing: ${SHARED}`);
}

/** A path below shared/, as `shared('facts/constants.json')`. */
export function shared(path: string): string {
  return join(SHARED, path);
}

/** A JSON file below shared/, inflated where it ends in .gz. */
export function sharedJson<T>(path: string): T {
  const bytes = readFileSync(shared(path));
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as T;
}

/** The path of a corpus file, inflated into the cache where it is gzipped: `corpusFile('lab/x86-dll-O0/full.dmp.gz')`. */
export function corpusFile(path: string): string {
  const packed = shared(join('corpus', path));
  if (!path.endsWith('.gz')) return packed;
  const bytes = readFileSync(packed);
  const key = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const out = join(CACHE, key, basename(path, '.gz'));
  if (!existsSync(out)) {
    mkdirSync(join(CACHE, key), { recursive: true });
    const part = `${out}.${process.pid}`;
    writeFileSync(part, gunzipSync(bytes));
    renameSync(part, out);
  }
  return out;
}

/** Names in a corpus folder, sorted. */
export function corpusList(folder: string): string[] {
  return readdirSync(shared(join('corpus', folder))).sort();
}

/** Wine's system images that the lab dumps need, inflated side by side; the folder to give as image path. */
export function wineImages(arch: 'x86' | 'x64'): string[] {
  const folder = `images/wine-8.0-${arch}`;
  return corpusList(folder).map((name) => resolve(corpusFile(`${folder}/${name}`), '..'));
}
