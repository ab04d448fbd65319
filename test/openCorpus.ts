import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BufferSource, PageCache, type ByteSource } from '../core/bytes/index.ts';
import { Minidump } from '../core/minidump/index.ts';
import { openTarget, type DumpTarget, type ImageFiles } from '../core/target/index.ts';
import { corpusFile, shared } from './corpus.ts';

/** What a lab case says of itself: the parts that tests use (corpus/lab/README.md). */
export interface LabTruth {
  readonly pointer_size: 4 | 8;
  readonly arch?: string;
  readonly crt: string;
  readonly pid: number;
  readonly peb: string;
  readonly main_teb: string;
  readonly command_line: string;
  readonly image_path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly os: string;
  /** absent in the busy series */
  readonly modules?: readonly { readonly base: string; readonly size: number; readonly path: string }[];
  readonly threads: readonly LabThread[];
}

export interface LabThread {
  readonly index: number;
  readonly tid: number;
  readonly name: string;
  /** absent in the busy series */
  readonly teb?: string;
  readonly start: string;
  readonly last_error: number;
  readonly frames_innermost_first: readonly {
    readonly func: string;
    readonly return_address: string;
    readonly return_slot: string;
  }[];
  readonly locals: readonly {
    readonly func: string;
    readonly name: string;
    readonly type: string;
    readonly addr: string;
    readonly value: string;
  }[];
}

/** Image files by name from folders, as `-i` gives them. */
export function imagesIn(folders: readonly string[]): ImageFiles {
  return {
    find: ({ fileName }): ByteSource | undefined => {
      for (const folder of folders) {
        const path = join(folder, fileName.toLowerCase() === fileName ? fileName : basename(fileName));
        try {
          return new BufferSource(readFileSync(path), path);
        } catch {
          continue; // not in this folder
        }
      }
      return undefined;
    },
  };
}

/** A corpus dump as a target: `openCorpusDump('public/dumps/x.dmp.gz')`. */
export function openCorpusDump(path: string, images?: ImageFiles): DumpTarget {
  const file = corpusFile(path);
  return openTarget(Minidump.open(new PageCache().wrap(new BufferSource(readFileSync(file), file))), images);
}

/** The folder of a lab case, where its images and PDBs lie. */
export function labFolder(name: string): string {
  return shared(`corpus/lab/${name}`);
}
