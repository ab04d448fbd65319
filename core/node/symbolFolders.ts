import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders with more entries are not listed: on a large share that takes longer than anybody waits. */
const LISTING_LIMIT = 200_000;

/** Windows and macOS find names in any case themselves. */
const CASE_MATTERS = process.platform !== 'win32' && process.platform !== 'darwin';

/**
 * Files in folders by names that may differ in case: symbol stores are made on Windows, where it does not matter.
 * Listings are kept until `forget`.
 */
export class SymbolFolders {
  private readonly listings = new Map<string, ReadonlyMap<string, string>>();

  /** The path of a regular file below a folder; undefined where there is none. Never opens anything. */
  file(folder: string, ...names: readonly string[]): string | undefined {
    const exact = join(folder, ...names);
    if (kindOf(exact) === 'file') return exact;
    if (!CASE_MATTERS) return undefined;
    let path = folder;
    for (const name of names) {
      const actual = this.listing(path).get(name.toLowerCase());
      if (actual === undefined) return undefined;
      path = join(path, actual);
    }
    return kindOf(path) === 'file' ? path : undefined;
  }

  /** The path of a folder below another, or where it would be made: with the case of what is there already. */
  folder(root: string, ...names: readonly string[]): string {
    let path = root;
    for (const name of names) path = join(path, this.listing(path).get(name.toLowerCase()) ?? name);
    return path;
  }

  /** Whether a store has a level of two letters between its root and its files. */
  isTwoTier(root: string): boolean {
    return this.file(root, 'index2.txt') !== undefined;
  }

  /** A file or folder was made there: what was listed may be out of date. */
  changed(path: string): void {
    for (let at = path; dirname(at) !== at; at = dirname(at)) this.listings.delete(dirname(at));
  }

  forget(): void {
    this.listings.clear();
  }

  private listing(folder: string): ReadonlyMap<string, string> {
    let names = this.listings.get(folder);
    if (!names) {
      names = CASE_MATTERS ? listFolder(folder) : new Map();
      this.listings.set(folder, names);
    }
    return names;
  }
}

function listFolder(folder: string): Map<string, string> {
  const names = new Map<string, string>();
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch {
    // absent or closed to us: nothing is found there
    return names;
  }
  if (entries.length > LISTING_LIMIT) return names;
  for (const entry of entries) names.set(entry.toLowerCase(), entry);
  return names;
}

/** What a path is; undefined where nothing is. A pipe or a device is neither: opening one may never end. */
export function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isFile()) return 'file';
    return status?.isDirectory() ? 'folder' : undefined;
  } catch {
    // no permission, a name too long, a loop of links: nothing that can be read
    return undefined;
  }
}

/** The first bytes of a file as text, for small files of a store. */
export function readSmallText(path: string, limit = 4096): string {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(limit);
    const length = readSync(descriptor, bytes, 0, limit, 0);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}
