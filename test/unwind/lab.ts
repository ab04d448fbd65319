/** The lab's cases as a walk needs them: dump, images, symbols, and what each thread's stack truly was. */
import { existsSync, readFileSync } from 'node:fs';
import { BufferSource } from '../../core/bytes/index.ts';
import { Minidump } from '../../core/minidump/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { openTarget, type ImageFiles, type Target } from '../../core/target/index.ts';
import { createSymbolLoader, createSymbolService, type SymbolService } from '../../core/symbols/index.ts';
import { corpusFile, corpusList, shared, sharedJson } from '../corpus.ts';

interface TruthFrame {
  readonly func: string;
  /** null in the outermost frame */
  readonly return_address: string | number | null;
  readonly return_slot?: string | number;
}

interface TruthThread {
  readonly tid: number;
  readonly name?: string;
  readonly frames_innermost_first: readonly TruthFrame[];
}

interface Truth {
  readonly pointer_size: number;
  readonly threads?: readonly TruthThread[];
  readonly dumps?: Readonly<
    Record<string, { readonly threads?: readonly TruthThread[] } | readonly TruthThread[]>
  >;
}

/** What one thread's stack must show. */
export interface ThreadTruth {
  readonly tid: number;
  readonly name: string;
  readonly returns: readonly bigint[];
  /** the function that each of them is the return address of */
  readonly functions: readonly string[];
}

/** All lab cases, `x86-busy-O0` and so on. */
export function labCases(): string[] {
  return corpusList('lab').filter((name) => !name.includes('.'));
}

/** The dumps of a case, without `.dmp.gz`. */
export function labDumps(name: string): string[] {
  return corpusList(`lab/${name}`)
    .filter((f) => f.endsWith('.dmp.gz'))
    .map((f) => f.slice(0, -'.dmp.gz'.length));
}

export function labTruth(name: string, dump: string): ThreadTruth[] {
  const truth = sharedJson<Truth>(`corpus/lab/${name}/truth.json.gz`);
  const own = truth.dumps?.[`${dump}.dmp`] ?? truth.dumps?.[dump];
  const threads =
    (own && ('threads' in own ? own.threads : (own as readonly TruthThread[]))) ?? truth.threads ?? [];
  return threads.map((t) => ({
    tid: Number(t.tid),
    name: t.name ?? '',
    functions: t.frames_innermost_first.map((f) => f.func),
    returns: t.frames_innermost_first.map((f) => BigInt(f.return_address ?? 0)),
  }));
}

/** Opens a lab dump with the case's images and Wine's. */
export function openLab(name: string, dump: string): Target {
  const source = new BufferSource(readFileSync(corpusFile(`lab/${name}/${dump}.dmp.gz`)), `${dump}.dmp`);
  return openTarget(Minidump.open(source), imagesOf(name));
}

/** The symbols of a case: the PDBs in its folder, export tables for the rest. */
export function labSymbols(name: string, target: Target): SymbolService {
  const loader = createSymbolLoader({
    *candidates({ kind, name: file }) {
      const place = shared(`corpus/lab/${name}/${file}`);
      if (kind === 'pdb' && existsSync(place)) {
        yield { place, open: () => new BufferSource(readFileSync(place), place) };
      }
    },
  });
  return createSymbolService(target.modules, loader);
}

/** Image files of a case: its own folder, and Wine's system images of its architecture. */
function imagesOf(name: string): ImageFiles {
  const arch = name.slice(0, 3);
  return {
    find({ fileName, timestamp, size }) {
      const candidates = [
        shared(`corpus/lab/${name}/${fileName}`),
        ...(arch === 'x86' || arch === 'x64' ? [wineImage(arch, fileName)] : []),
      ];
      for (const path of candidates) {
        if (!path || !existsSync(path)) continue;
        const source = new BufferSource(readFileSync(path), path);
        const image = PeImage.fromFile(source);
        if (image.timestamp === timestamp && image.sizeOfImage === size) return source;
      }
      return undefined;
    },
  };
}

function wineImage(arch: string, fileName: string): string | undefined {
  const folder = `images/wine-8.0-${arch}`;
  const file = `${fileName.toLowerCase()}.gz`;
  return corpusList(folder).includes(file) ? corpusFile(`${folder}/${file}`) : undefined;
}

/**
 * How many of `want` stand in `got` in this order, less what `got` has between the first and the last of them that
 * is not wanted: a walk that shows every code address on the stack gains nothing.
 */
export function inOrder(want: readonly bigint[], got: readonly bigint[]): number {
  const found: number[] = [];
  let at = 0;
  for (const address of want) {
    const i = got.indexOf(address, at);
    if (i < 0) continue;
    found.push(i);
    at = i + 1;
  }
  const between = found.length ? (found.at(-1) ?? 0) - (found[0] ?? 0) + 1 - found.length : 0;
  return Math.max(0, found.length - between);
}
