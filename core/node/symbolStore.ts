import { dirname } from 'node:path';
import {
  imageRequest,
  parseSymbolPath,
  searchPlaces,
  storeName,
  type CandidateFile,
  type FileRequest,
  type FileSearch,
  type SearchPaths,
  type SearchPlace,
  type SymbolFiles,
  type SymbolPath,
} from '../symbols/index.ts';
import type { ImageFiles, Module } from '../target/index.ts';
import { defaultSymbolCache } from './defaultFolders.ts';
import { ImageSearch } from './imageSearch.ts';
import { StoreSearch, type StoreSearchOptions } from './storeSearch.ts';
import { kindOf } from './symbolFolders.ts';

export interface SymbolStoreOptions extends StoreSearchOptions {
  /** the folder that the dump lies in: looked into first */
  readonly dumpFolder?: string;
  readonly symbolPath?: string;
  readonly imagePath?: string;
  /** the cache where a path names none */
  readonly cacheFolder?: string;
}

/**
 * PDBs, .sym files and images on this machine and on symbol servers: the dump's own folder first, then the image's,
 * then the symbol path.
 */
export class SymbolStore implements SymbolFiles, SearchPaths {
  readonly images: ImageFiles;
  private readonly search: StoreSearch;
  private readonly imageSearch: ImageSearch;
  private path: SymbolPath;
  private symbolPathText: string;
  private imagePathText: string;

  constructor(private readonly options: SymbolStoreOptions = {}) {
    this.symbolPathText = options.symbolPath ?? '';
    this.imagePathText = options.imagePath ?? '';
    this.path = parseSymbolPath(this.symbolPathText);
    this.search = new StoreSearch(options);
    this.imageSearch = new ImageSearch(this.search, {
      folders: () => [options.dumpFolder ?? '', ...this.imagePathText.split(';').map((f) => f.trim())],
      places: () => this.places(),
    });
    this.images = this.imageSearch;
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
    const beside = search.ignoreImageFolder ? undefined : this.imageFolder(search.module);
    const besides = [this.options.dumpFolder, beside];
    for (const folder of new Set(besides)) {
      if (folder !== undefined) yield* this.search.inFolder(folder, request, search);
    }
    for (const place of this.places()) {
      if (place.kind === 'folder') yield* this.search.inFolder(place.path, request, search);
      else if (request.key !== '') yield* this.search.inStores(place, request, search);
    }
  }

  /** Forgets what was absent: folders are listed and servers asked again. */
  forget(): void {
    this.search.forget();
    this.imageSearch.forget();
  }

  /** Forgets what servers sent: the next search with `overwrite` asks them again. */
  forgetFetched(): void {
    this.search.forgetFetched();
  }

  /** Stops all downloads. */
  cancel(): void {
    this.search.cancel();
  }

  private places(): SearchPlace[] {
    return searchPlaces(this.path, this.options.cacheFolder ?? defaultSymbolCache());
  }

  /** The folder of a module's image: the file that stands in for it, on Windows also where it was loaded from. */
  private imageFolder(module: Module): string | undefined {
    const { fileName, timestamp, size } = module;
    const name = storeName(fileName);
    if ('refused' in name) return undefined;
    const path = this.imageSearch.pathOf(imageRequest(name.name, timestamp, size));
    if (path !== undefined) return dirname(path);
    // a share or a device of somebody else's choice is not looked into
    return process.platform === 'win32' && /^[a-z]:\\/i.test(module.path) ? dirname(module.path) : undefined;
  }
}
