import { join } from 'node:path';
import type { ByteSource } from '../bytes/index.ts';
import { messageOf } from '../errors/index.ts';
import { PeImage } from '../pe/index.ts';
import { imageRequest, storeName, type FileRequest, type SearchPlace } from '../symbols/index.ts';
import type { FileAttempt, ImageFiles, ImageRequest } from '../target/index.ts';
import { imageMismatch } from './symbolIdentity.ts';
import type { StoreRequest, StoreSearch } from './storeSearch.ts';

/** Where images are looked for: both are asked anew each time, for `.exepath` and `.sympath` change them. */
export interface ImagePlaces {
  /** the dump's folder and those of the image path; empty ones do not count */
  folders(): readonly string[];
  /** the symbol path: its folders and stores hold images too */
  places(): readonly SearchPlace[];
}

interface Searched {
  readonly path?: string;
  readonly attempts: readonly FileAttempt[];
}

/**
 * Image files that stand in for pages the dump left out, found once for each identity. Reading memory downloads none:
 * who needs one fetches it.
 */
export class ImageSearch implements ImageFiles {
  private readonly searched = new Map<string, Searched>();

  constructor(
    private readonly search: StoreSearch,
    private readonly where: ImagePlaces,
  ) {}

  find(wanted: ImageRequest): ByteSource | undefined {
    const request = requestOf(wanted);
    const path = request && this.pathOf(request);
    return path === undefined ? undefined : this.search.open(path);
  }

  /**
   * Has the image file of a module fetched from a server, for unwinding through code that neither the dump nor this
   * machine has. Throws `AwaitFirst` while it is on its way; false where nobody has it.
   */
  fetch(wanted: ImageRequest): boolean {
    const request = requestOf(wanted);
    if (!request) return false;
    if (this.pathOf(request) !== undefined) return true;
    const attempts: FileAttempt[] = [];
    const search: StoreRequest = { download: true, note: (attempt) => attempts.push(attempt) };
    for (const place of this.where.places()) {
      if (place.kind !== 'stores') continue;
      for (const found of this.search.inStores(place, request, search)) {
        if (this.mismatch(request, found) !== undefined) continue;
        this.searched.delete(idOf(request));
        return true;
      }
    }
    this.searched.set(idOf(request), { attempts: [...this.attemptsInFolders(request), ...attempts] });
    return false;
  }

  /** The first file of the name in a plain folder that is an image. */
  named(fileName: string): ByteSource | undefined {
    const name = storeName(fileName);
    if ('refused' in name) return undefined;
    for (const folder of this.folders()) {
      for (const path of this.search.flatPaths(folder, imageRequest(name.name, 0, 0))) {
        try {
          const source = this.search.open(path);
          PeImage.fromFile(source);
          return source;
        } catch {
          // closed to us, or no image: the next one may be
          continue;
        }
      }
    }
    return undefined;
  }

  /** What `find` and `fetch` came upon, in the order of looking. Servers that nobody asked are named too. */
  attempts(wanted: ImageRequest): readonly FileAttempt[] {
    const name = storeName(wanted.fileName);
    if ('refused' in name) {
      const detail = `the image's name is not used: ${name.refused}`;
      return [{ place: wanted.fileName, outcome: 'refused', detail }];
    }
    const request = imageRequest(name.name, wanted.timestamp, wanted.size);
    return this.result(request).attempts;
  }

  /** The file of an identity on this machine. */
  pathOf(request: FileRequest): string | undefined {
    return this.result(request).path;
  }

  forget(): void {
    this.searched.clear();
  }

  private result(request: FileRequest): Searched {
    const id = idOf(request);
    let found = this.searched.get(id);
    if (!found) this.searched.set(id, (found = this.look(request)));
    return found;
  }

  private look(request: FileRequest): Searched {
    const attempts: FileAttempt[] = [];
    for (const folder of this.folders()) {
      const inStore = this.search.storePath(folder, request, request.name);
      const paths = [...this.search.flatPaths(folder, request), ...(inStore === undefined ? [] : [inStore])];
      if (paths.length === 0) attempts.push({ place: join(folder, request.name), outcome: 'not found' });
      for (const path of paths) {
        const detail = this.mismatch(request, { open: () => this.search.open(path) });
        attempts.push({ place: path, outcome: detail === undefined ? 'taken' : 'mismatch', detail });
        if (detail === undefined) return { path, attempts };
      }
    }
    for (const place of this.where.places()) {
      for (const store of place.kind === 'stores' ? place.stores : []) {
        if (store.kind !== 'url') continue;
        const detail = 'an image is fetched when a stack walk needs it';
        attempts.push({ place: store.url, outcome: 'not asked', detail });
      }
    }
    return { attempts };
  }

  private attemptsInFolders(request: FileRequest): readonly FileAttempt[] {
    return this.result(request).attempts.filter((a) => a.outcome !== 'not asked');
  }

  private folders(): string[] {
    const folders = [...this.where.folders()];
    for (const place of this.where.places()) {
      if (place.kind === 'folder') folders.push(place.path);
      else for (const store of place.stores) if (store.kind === 'folder') folders.push(store.path);
    }
    return [...new Set(folders.filter(Boolean))];
  }

  /** Why a file is not the image wanted; undefined where it is. */
  private mismatch(request: FileRequest, found: { open(): ByteSource }): string | undefined {
    let source: ByteSource;
    try {
      source = found.open();
    } catch (e) {
      return messageOf(e);
    }
    const mismatch = imageMismatch(request, source);
    source.close?.();
    return mismatch;
  }
}

function requestOf({ fileName, timestamp, size }: ImageRequest): FileRequest | undefined {
  const name = storeName(fileName);
  return 'refused' in name ? undefined : imageRequest(name.name, timestamp, size);
}

function idOf({ name, key }: FileRequest): string {
  return `${name}/${key}`;
}
