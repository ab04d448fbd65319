import { isAbsolute, join } from 'node:path';
import { PageCache, SliceSource, type ByteSource } from '../bytes/index.ts';
import { messageOf } from '../errors/index.ts';
import {
  compressedName,
  parseFilePointer,
  storeFolders,
  type CandidateFile,
  type FileRequest,
  type FileSearch,
  type SearchPlace,
} from '../symbols/index.ts';
import type { Module } from '../target/index.ts';
import { defaultSymbolCache } from './defaultFolders.ts';
import { FileSource } from './fileSource.ts';
import { PendingFiles, type FileProgress } from './pendingFiles.ts';
import type * as SymbolCache from './symbolCache.ts';
import { kindOf, readSmallText, SymbolFolders } from './symbolFolders.ts';
import { SymbolServer } from './symbolServer.ts';

/** What writes into a cache: most sessions find all they need on this machine. */
const keeping = (): Promise<typeof SymbolCache> => import('./symbolCache.ts');

/** Bytes of symbol files and images that are kept, over all of them. */
const PAGES_BYTES = 8 * 1024 * 1024;
/** Look-ups in a PDB go here and there: large pages would bring in what nobody looks at. */
const PAGE_BYTES = 16 * 1024;

/** The page cache that all symbol files of a session are read through. */
export function symbolPages(): PageCache {
  return new PageCache(PAGES_BYTES, PAGE_BYTES);
}

/** What a search of stores and servers needs to know; a module matters to folders alone. */
export type StoreRequest = Omit<FileSearch, 'module'>;

/** A file that was found: a path, or what was unpacked where no cache could keep it. */
export type Found = CandidateFile & { readonly path?: string };

export interface StoreSearchOptions {
  /** how long a server may be silent, in milliseconds */
  readonly silenceMs?: number;
  readonly onProgress?: (progress: FileProgress) => void;
}

/**
 * Files in folders, in stores and on servers, place by place. A server is asked only where the caller allows it; then
 * `AwaitFirst` says that a file is on its way, into the nearest cache of its chain.
 */
export class StoreSearch {
  private readonly folders = new SymbolFolders();
  private readonly cache = symbolPages();
  private readonly pending: PendingFiles<Found>;
  private readonly servers = new Map<string, SymbolServer>();
  private readonly silenceMs: number | undefined;

  constructor({ silenceMs, onProgress }: StoreSearchOptions) {
    this.silenceMs = silenceMs;
    this.pending = new PendingFiles(onProgress);
  }

  /** Forgets what was absent: folders are listed and servers asked again. */
  forget(): void {
    this.folders.forget();
    this.pending.forget();
  }

  /** Forgets what was fetched: a search with `overwrite` asks again. */
  forgetFetched(): void {
    this.pending.forgetAll();
  }

  /** Stops all downloads. */
  cancel(): void {
    this.pending.cancel();
  }

  /** A plain folder: the file by its name as dbghelp looks for it, and in the layout of a store. */
  *inFolder(folder: string, request: FileRequest, search: FileSearch): Generator<Found> {
    const flat = this.flatPaths(folder, request, search.module);
    for (const path of flat) yield this.candidate(path);
    const compressed = this.folders.file(folder, compressedName(request.name));
    const unpacked = compressed === undefined ? undefined : this.unpacked(compressed, request, search);
    if (unpacked) yield unpacked;
    if (flat.length === 0 && !unpacked)
      search.note({ place: join(folder, request.name), outcome: 'not found' });
    // any file of the name is meant: a store has each under an identity
    if (request.key === '') return;
    yield* this.inStore(folder, request, search, []);
  }

  /** A chain of stores: what a later one has is kept in the first. */
  *inStores(
    place: Extract<SearchPlace, { kind: 'stores' }>,
    request: FileRequest,
    search: StoreRequest,
  ): Generator<Found> {
    const caches: string[] = [];
    const folders = place.stores.filter((store) => store.kind === 'folder');
    // what a server sent lies in the caches before it: they come last where it is to be asked again
    const serversFirst = search.overwrite && search.download && folders.length < place.stores.length;
    const order = serversFirst
      ? [...place.stores.filter((store) => store.kind === 'url'), ...folders]
      : place.stores;
    if (serversFirst) caches.push(...folders.map((folder) => folder.path));
    for (const store of order) {
      if (store.kind === 'folder') {
        yield* this.inStore(store.path, request, search, serversFirst ? [] : caches);
        if (!serversFirst) caches.push(store.path);
      } else if (request.kind !== 'breakpad') {
        const found = this.onServer(store.url, request, search, caches);
        if (found) yield found;
      }
    }
  }

  private *inStore(
    root: string,
    request: FileRequest,
    search: StoreRequest,
    caches: readonly string[],
  ): Generator<Found> {
    const path = this.storePath(root, request, request.name);
    if (path !== undefined) {
      yield this.kept(path, request, caches);
      return;
    }
    const compressed = this.storePath(root, request, compressedName(request.name));
    const unpacked =
      compressed === undefined ? undefined : this.unpacked(compressed, request, search, caches[0]);
    if (unpacked) {
      yield unpacked;
      return;
    }
    const pointer = this.storePath(root, request, 'file.ptr');
    const pointed = pointer === undefined ? undefined : this.followed(pointer, search);
    if (pointed !== undefined) yield this.kept(pointed, request, caches);
    else if (compressed === undefined && pointer === undefined) {
      search.note({ place: join(root, request.folder, request.key, request.name), outcome: 'not found' });
    }
  }

  /** The file that a store's file.ptr names. */
  private followed(pointer: string, search: StoreRequest): string | undefined {
    try {
      const read = parseFilePointer(readSmallText(pointer));
      if ('path' in read && isAbsolute(read.path) && kindOf(read.path) === 'file') return read.path;
      const detail = 'message' in read ? read.message : `it leads to ${read.path}, where there is no file`;
      search.note({ place: pointer, outcome: 'not found', detail });
    } catch (e) {
      search.note({ place: pointer, outcome: 'unreadable', detail: messageOf(e) });
    }
    return undefined;
  }

  private onServer(
    url: string,
    request: FileRequest,
    search: StoreRequest,
    caches: readonly string[],
  ): Found | undefined {
    const place = [url, ...storeFolders(request, false), request.name].join('/');
    if (!search.download) {
      search.note({ place, outcome: 'not asked', ...(search.offline ? { detail: 'secure mode' } : {}) });
      return undefined;
    }
    const cache = caches[0] ?? defaultSymbolCache();
    const result = this.pending.get(place, request.name, async ({ signal, report }) => {
      const target = this.targetIn(cache, request);
      await (
        await keeping()
      ).placeFile(target, request, async (file) => {
        const answer = await this.server(url).fetch(request, { file, signal, report });
        if (answer.kind === 'absent') throw new Error(answer.detail);
        if (answer.kind === 'pointer')
          throw new Error(`its file.ptr names ${answer.path}, which is not opened for a server`);
      });
      this.folders.changed(target);
      for (const further of caches.slice(1)) await this.copyTo(further, target, request);
      return this.candidate(target);
    });
    if ('made' in result) return result.made;
    search.note({ place, outcome: 'not found', detail: result.failed });
    return undefined;
  }

  private server(url: string): SymbolServer {
    let server = this.servers.get(url);
    if (!server) this.servers.set(url, (server = new SymbolServer(url, { silenceMs: this.silenceMs })));
    return server;
  }

  /** A file that a later store of a chain has: copied into the first, or used where it lies. */
  private kept(path: string, request: FileRequest, caches: readonly string[]): Found {
    const [cache] = caches;
    if (cache === undefined || request.kind === 'breakpad') return this.candidate(path);
    const result = this.pending.get(`${cache} < ${path}`, request.name, async () => {
      const target = await this.copyTo(cache, path, request);
      return this.candidate(target);
    });
    return 'made' in result ? result.made : this.candidate(path);
  }

  private async copyTo(cache: string, path: string, request: FileRequest): Promise<string> {
    return this.keep(cache, request, FileSource.open(path));
  }

  /** Writes what a source holds to its place in a cache, and closes the source. */
  private async keep(cache: string, request: FileRequest, source: FileSource): Promise<string> {
    const target = this.targetIn(cache, request);
    try {
      const { placeFile, copyInto } = await keeping();
      await placeFile(target, request, (file) => copyInto(file, source));
    } finally {
      source.close();
    }
    this.folders.changed(target);
    return target;
  }

  /** What is in a cabinet, kept in a cache or, without one, for as long as we run. */
  private unpacked(
    cabinet: string,
    request: FileRequest,
    search: StoreRequest,
    cache?: string,
  ): Found | undefined {
    const result = this.pending.get(cabinet, request.name, async () => {
      const source = (await (await keeping()).unpackCabinet(cabinet)).toSource(cabinet);
      if (cache === undefined) {
        // open as long as we run: a user of it closes only the part
        return { place: cabinet, open: () => new SliceSource(source, 0, source.size, cabinet) };
      }
      return this.candidate(await this.keep(cache, request, source));
    });
    if ('made' in result) return result.made;
    search.note({ place: cabinet, outcome: 'unreadable', detail: result.failed });
    return undefined;
  }

  /** `folder\name`, and in the subfolders by the image's extension that dbghelp tries. */
  flatPaths(folder: string, request: FileRequest, module?: Module): string[] {
    const extension = /\.(\w+)$/.exec(module?.fileName ?? request.name)?.[1] ?? '';
    const places = [[], [extension], ['symbols', extension]];
    const paths = places.map((names) => this.folders.file(folder, ...names.filter(Boolean), request.name));
    return [...new Set(paths)].filter((p) => p !== undefined);
  }

  storePath(root: string, request: FileRequest, name: string): string | undefined {
    return this.folders.file(root, ...storeFolders(request, this.folders.isTwoTier(root)), name);
  }

  private targetIn(cache: string, request: FileRequest): string {
    const folders = storeFolders(request, this.folders.isTwoTier(cache));
    return join(this.folders.folder(cache, ...folders), request.name);
  }

  candidate(path: string): Found {
    return { place: path, path, open: () => this.open(path) };
  }

  open(path: string): ByteSource {
    return this.cache.wrap(FileSource.open(path));
  }
}
