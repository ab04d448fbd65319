import { PageCache, type ByteSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import type { CandidateFile, FileSearch, SymbolFiles } from '../../core/symbols/index.ts';
import type { ImageFiles } from '../../core/target/index.ts';
import { BlobSource } from './blobSource.ts';

/** What may be of use to the engine; everything else of a dropped folder is passed over. */
const USEFUL = /\.(?:pdb|sym|exe|dll|ocx|drv|cpl|scr|acm|ax|sys|tlb|mui)$/i;

/** Bytes of symbol files and images that are kept, over all of them. */
const CACHE_BYTES = 16 * 1024 * 1024;

type Request = Parameters<ImageFiles['find']>[0];

/** Files that a person dropped on the page, by name: symbols and images as the engine asks for them. */
export class DroppedFiles implements SymbolFiles, ImageFiles {
  private readonly byName = new Map<string, { readonly place: string; open(): ByteSource }[]>();
  /** each read of a file is a message to another process, or a request: a PDB's records are read by the thousand */
  private readonly cache = new PageCache(CACHE_BYTES);

  /** Takes files; how many of them may be of use. */
  add(files: readonly File[]): number {
    let taken = 0;
    for (const file of files) {
      if (!USEFUL.test(file.name)) continue;
      const place = file.webkitRelativePath || file.name;
      this.addSource(file.name, place, () => new BlobSource(file, place));
      taken++;
    }
    return taken;
  }

  /** Takes a file that is somewhere else; it is opened when it is asked for. */
  addSource(name: string, place: string, open: () => ByteSource): void {
    const key = name.toLowerCase();
    const known = this.byName.get(key) ?? [];
    // what was given last is looked at first: it is meant to be better than what was there
    this.byName.set(key, [{ place, open: () => this.cache.wrap(open()) }, ...known]);
  }

  *candidates(request: { readonly name: string }, search: FileSearch): Iterable<CandidateFile> {
    const found = this.byName.get(request.name.toLowerCase()) ?? [];
    if (found.length === 0) {
      search.note({ place: `dropped files: ${request.name}`, outcome: 'not found' });
    }
    yield* found;
  }

  find({ fileName, timestamp, size }: Request): ByteSource | undefined {
    for (const { open } of this.byName.get(fileName.toLowerCase()) ?? []) {
      const source = open();
      if (belongs(source, timestamp, size)) return source;
      source.close?.();
    }
    return undefined;
  }
}

/** Whether a file is the image with the identity that the dump's module list gives. */
function belongs(source: ByteSource, timestamp: number, size: number): boolean {
  try {
    const image = PeImage.fromFile(source);
    return image.timestamp === timestamp && image.sizeOfImage === size;
  } catch (e) {
    // named like an image and none: passed over as any other file
    if (e instanceof StillframeError) return false;
    throw e;
  }
}
