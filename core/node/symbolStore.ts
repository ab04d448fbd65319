import { dirname, isAbsolute, join } from 'node:path';
import { PageCache, SliceSource, type ByteSource } from '../bytes/index.ts';
import { messageOf } from '../errors/index.ts';
import {
  compressedName,
  imageRequest,
  parseFilePointer,
  parseSymbolPath,
  searchPlaces,
  storeFolders,
  storeName,
  type CandidateFile,
  type FileRequest,
  type FileSearch,
  type SearchPaths,
  type SearchPlace,
  type SymbolFiles,
  type SymbolPath,
} from '../symbols/index.ts';
import type { ImageFiles, ImageRequest, Module } from '../target/index.ts';
import { defaultSymbolCache } from './defaultFolders.ts';
import { FileSource } from './fileSource.ts';
import { PendingFiles, type FileProgress } from './pendingFiles.ts';
import type * as SymbolCache from './symbolCache.ts';
import { kindOf, readSmallText, SymbolFolders } from './symbolFolders.ts';
import { imageMismatch } from './symbolIdentity.ts';
import { SymbolServer } from './symbolServer.ts';

export interface SymbolStoreOptions {
  /** the folder that the dump lies in: looked into first */
  readonly dumpFolder?: string;
  readonly symbolPath?: string;
  readonly imagePath?: string;
  /** the cache where a path names none */
  readonly cacheFolder?: string;
  /** how long a server may be silent, in milliseconds */
  readonly silenceMs?: number;
  readonly onProgress?: (progress: FileProgress) => void;
}

/** What writes into a cache: most sessions find all they need on this machine. */
const keeping = (): Promise<typeof SymbolCache> => import('./symbolCache.ts');

/** What a search of stores and servers needs to know; a module matters to folders alone. */
type StoreSearch = Omit<FileSearch, 'module'>;

/** A file that was found: a path, or what was unpacked where no cache could keep it. */
type Found = CandidateFile & { readonly path?: string };

/**
 * PDBs, .sym files and images on this machine and on symbol servers: the dump's own folder first, then the image's,
 * then the symbol path. A server is asked only where the caller allows it; then `AwaitFirst` says that a file is on its
 * way, into the nearest cache of its chain.
 */
export class SymbolStore implements SymbolFiles, SearchPaths {
  /** Image files that stand in for pages the dump left out. Reading memory downloads none: who needs one fetches it. */
  readonly images: ImageFiles = {
    find: (request) => this.findImage(request),
    fetch: (request) => this.fetchImage(request),
  };
  private readonly folders = new SymbolFolders();
  private readonly cache = new PageCache();
  private readonly pending: PendingFiles<Found>;
  private readonly servers = new Map<string, SymbolServer>();
  private readonly imagePaths = new Map<string, string | undefined>();
  private path: SymbolPath;
  private symbolPathText: string;
  private imagePathText: string;

  constructor(private readonly options: SymbolStoreOptions = {}) {
    this.pending = new PendingFiles(options.onProgress);
    this.symbolPathText = options.symbolPath ?? '';
    this.imagePathText = options.imagePath ?? '';
    this.path = parseSymbolPath(this.symbolPathText);
  }

  get symbolPath(): string {
    return this.symbolPathText;
  }

  set symbolPath(text: string) {
    this.symbolPathText = text;
    this.path = parseSymbolPath(text);
    this.forget();
  }

  get imagePath(): string {
    return this.imagePathText;
  }

  set imagePath(text: string) {
    this.imagePathText = text;
    this.forget();
  }

  /** What of the symbol path could not be read. */
  get problems(): readonly string[] {
    return this.path.problems;
  }

  hasFolder(path: string): boolean {
    return kindOf(path) === 'folder';
  }

  *candidates(request: FileRequest, search: FileSearch): Generator<CandidateFile> {
    const besides = [this.options.dumpFolder, this.imageFolder(search.module)];
    for (const folder of new Set(besides)) {
      if (folder !== undefined) yield* this.inFolder(folder, request, search);
    }
    for (const place of this.places()) {
      if (place.kind === 'folder') yield* this.inFolder(place.path, request, search);
      else yield* this.inStores(place, request, search);
    }
  }

  /**
   * Has the image file of a module fetched from a server, for unwinding through code that neither the dump nor this
   * machine has. Throws `AwaitFirst` while it is on its way; false where nobody has it.
   */
  private fetchImage(wanted: ImageRequest): boolean {
    const known = this.findImage(wanted);
    known?.close?.();
    if (known) return true;
    const name = storeName(wanted.fileName);
    if ('refused' in name) return false;
    const request = imageRequest(name.name, wanted.timestamp, wanted.size);
    const search: StoreSearch = { download: true, note: () => undefined };
    for (const place of this.places()) {
      if (place.kind !== 'stores') continue;
      for (const found of this.inStores(place, request, search)) {
        const source = this.verified(request, found);
        source?.close?.();
        if (!source) continue;
        this.imagePaths.delete(`${request.name}/${request.key}`);
        return true;
      }
    }
    return false;
  }

  /** Forgets what was absent: folders are listed and servers asked again. */
  forget(): void {
    this.folders.forget();
    this.pending.forget();
    this.imagePaths.clear();
  }

  /** Stops all downloads. */
  cancel(): void {
    this.pending.cancel();
  }

  private places(): SearchPlace[] {
    return searchPlaces(this.path, this.options.cacheFolder ?? defaultSymbolCache());
  }

  private findImage(wanted: ImageRequest): ByteSource | undefined {
    const name = storeName(wanted.fileName);
    if ('refused' in name) return undefined;
    const request = imageRequest(name.name, wanted.timestamp, wanted.size);
    const id = `${request.name}/${request.key}`;
    if (!this.imagePaths.has(id)) this.imagePaths.set(id, this.searchImage(request));
    const path = this.imagePaths.get(id);
    return path === undefined ? undefined : this.open(path);
  }

  private searchImage(request: FileRequest): string | undefined {
    const folders = [this.options.dumpFolder ?? '', ...this.imagePathText.split(';').map((f) => f.trim())];
    for (const place of this.places()) {
      if (place.kind === 'folder') folders.push(place.path);
      else for (const store of place.stores) if (store.kind === 'folder') folders.push(store.path);
    }
    for (const folder of folders.filter(Boolean)) {
      for (const path of [
        ...this.flatPaths(folder, request),
        this.storePath(folder, request, request.name),
      ]) {
        const source = path === undefined ? undefined : this.verified(request, this.candidate(path));
        source?.close?.();
        if (source) return path;
      }
    }
    return undefined;
  }

  /** The folder of a module's image: the file that stands in for it, on Windows also where it was loaded from. */
  private imageFolder(module: Module): string | undefined {
    const { fileName, timestamp, size } = module;
    const name = storeName(fileName);
    if ('refused' in name) return undefined;
    this.findImage({ fileName, timestamp, size })?.close?.();
    const { key } = imageRequest(name.name, timestamp, size);
    const path = this.imagePaths.get(`${name.name}/${key}`);
    if (path !== undefined) return dirname(path);
    // a share or a device of somebody else's choice is not looked into
    return process.platform === 'win32' && /^[a-z]:\\/i.test(module.path) ? dirname(module.path) : undefined;
  }

  /** A plain folder: the file by its name as dbghelp looks for it, and in the layout of a store. */
  private *inFolder(folder: string, request: FileRequest, search: FileSearch): Generator<Found> {
    const flat = this.flatPaths(folder, request, search.module);
    for (const path of flat) yield this.candidate(path);
    const compressed = this.folders.file(folder, compressedName(request.name));
    const unpacked = compressed === undefined ? undefined : this.unpacked(compressed, request, search);
    if (unpacked) yield unpacked;
    if (flat.length === 0 && !unpacked)
      search.note({ place: join(folder, request.name), outcome: 'not found' });
    yield* this.inStore(folder, request, search, []);
  }

  /** A chain of stores: what a later one has is kept in the first. */
  private *inStores(
    place: Extract<SearchPlace, { kind: 'stores' }>,
    request: FileRequest,
    search: StoreSearch,
  ): Generator<Found> {
    const caches: string[] = [];
    for (const store of place.stores) {
      if (store.kind === 'folder') {
        yield* this.inStore(store.path, request, search, caches);
        caches.push(store.path);
      } else if (request.kind !== 'breakpad') {
        const found = this.onServer(store.url, request, search, caches);
        if (found) yield found;
      }
    }
  }

  private *inStore(
    root: string,
    request: FileRequest,
    search: StoreSearch,
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
  private followed(pointer: string, search: StoreSearch): string | undefined {
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
    search: StoreSearch,
    caches: readonly string[],
  ): Found | undefined {
    const place = [url, ...storeFolders(request, false), request.name].join('/');
    if (!search.download) {
      search.note({ place, outcome: 'not asked' });
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
    if (!server)
      this.servers.set(url, (server = new SymbolServer(url, { silenceMs: this.options.silenceMs })));
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
    const target = this.targetIn(cache, request);
    const source = FileSource.open(path);
    try {
      await (
        await keeping()
      ).placeFile(target, request, async (file) => (await keeping()).copyInto(file, source));
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
    search: StoreSearch,
    cache?: string,
  ): Found | undefined {
    const result = this.pending.get(cabinet, request.name, async () => {
      const source = (await (await keeping()).unpackCabinet(cabinet)).toSource(cabinet);
      if (cache === undefined) {
        // open as long as we run: a user of it closes only the part
        return { place: cabinet, open: () => new SliceSource(source, 0, source.size, cabinet) };
      }
      const target = this.targetIn(cache, request);
      try {
        await (
          await keeping()
        ).placeFile(target, request, async (file) => (await keeping()).copyInto(file, source));
      } finally {
        source.close();
      }
      this.folders.changed(target);
      return this.candidate(target);
    });
    if ('made' in result) return result.made;
    search.note({ place: cabinet, outcome: 'unreadable', detail: result.failed });
    return undefined;
  }

  /** `folder\name`, and in the subfolders by the image's extension that dbghelp tries. */
  private flatPaths(folder: string, request: FileRequest, module?: Module): string[] {
    const extension = /\.(\w+)$/.exec(module?.fileName ?? request.name)?.[1] ?? '';
    const places = [[], [extension], ['symbols', extension]];
    const paths = places.map((names) => this.folders.file(folder, ...names.filter(Boolean), request.name));
    return [...new Set(paths)].filter((p) => p !== undefined);
  }

  private storePath(root: string, request: FileRequest, name: string): string | undefined {
    return this.folders.file(root, ...storeFolders(request, this.folders.isTwoTier(root)), name);
  }

  private targetIn(cache: string, request: FileRequest): string {
    const folders = storeFolders(request, this.folders.isTwoTier(cache));
    return join(this.folders.folder(cache, ...folders), request.name);
  }

  /** An image's file, if it can be read and is the right one. */
  private verified(request: FileRequest, found: Found): ByteSource | undefined {
    let source: ByteSource;
    try {
      source = found.open();
    } catch {
      // closed to us: as good as absent
      return undefined;
    }
    if (imageMismatch(request, source) === undefined) return source;
    source.close?.();
    return undefined;
  }

  private candidate(path: string): Found {
    return { place: path, path, open: () => this.open(path) };
  }

  private open(path: string): ByteSource {
    return this.cache.wrap(FileSource.open(path));
  }
}
