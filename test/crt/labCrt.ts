import { openHeaps } from '../../core/heap/index.ts';
import { CrtContext, type CrtMap, detectRuntimes } from '../../core/crt/index.ts';
import { Pace } from '../../core/commands/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import { createSymbolService, exportSymbols, type SymbolService } from '../../core/symbols/index.ts';
import type { ImageFiles, Target } from '../../core/target/index.ts';
import { corpusFile, corpusList, hasCorpus, sharedJson, wineImages } from '../corpus.ts';
import { imagesIn, labFolder, openCorpusDump } from '../openCorpus.ts';
import { viewsOf } from '../process/openCase.ts';

/** One allocation of a lab process, as the process printed it. */
export interface LabAllocation {
  readonly addr: string;
  readonly size: number;
  readonly heap: string;
  readonly how: string;
  readonly module: string;
  readonly freed: boolean;
  readonly crt_header?: string;
  readonly request?: number;
  readonly use?: number;
  readonly file?: string;
  readonly line?: number;
  readonly corrupt?: string;
}

/** What a lab process says of its C runtimes. */
export interface CrtTruth {
  readonly crt: 'dll' | 'static';
  readonly pointer_size: 4 | 8;
  readonly heaps: Readonly<Record<string, string>>;
  readonly crtheap_vars?: Readonly<Record<string, string>>;
  readonly exe_pFirstBlock?: string;
  readonly crt_first_block?: string;
  readonly allocations: readonly LabAllocation[];
}

/** The lab cases that have a dump with all private memory: `x86-static-O0` and so on. */
export const PRIVATE_CASES = hasCorpus
  ? corpusList('lab').filter(
      (name) => !name.includes('.') && corpusList(`lab/${name}`).includes('privrw.dmp.gz'),
    )
  : [];

export function crtTruth(name: string): CrtTruth {
  return sharedJson<CrtTruth>(`corpus/lab/${name}/truth.json.gz`);
}

/** A process, and what is found out about its C runtimes. */
export interface OpenedCrt {
  readonly target: Target;
  readonly symbols: SymbolService;
  readonly context: CrtContext;
  readonly map: CrtMap;
}

/** A lab dump with its images, and its PDBs unless they are withheld. */
export async function openLab(name: string, kind = 'privrw', withPdbs = true): Promise<OpenedCrt> {
  const arch = name.startsWith('x86') ? 'x86' : 'x64';
  const images = imagesIn([labFolder(name), ...wineImages(arch)]);
  return openCrt(`lab/${name}/${kind}.dmp.gz`, images, withPdbs ? labFolder(name) : undefined);
}

/** A dump of the corpus; `symbolPath` is where its symbols lie, absent for export tables alone. */
export async function openCrt(path: string, images?: ImageFiles, symbolPath?: string): Promise<OpenedCrt> {
  const target = openCorpusDump(path, images);
  const loader =
    symbolPath === undefined ? undefined : nodeHost({ dump: corpusFile(path), symbolPath }).symbols;
  return openTargetCrt(target, createSymbolService(target.modules, loader ?? exportsOnly));
}

const exportsOnly = {
  load: (module: Target['modules'] extends Iterable<infer M> ? M : never) =>
    module.image && exportSymbols(module.image),
};

/** The runtimes of any target. */
export async function openTargetCrt(target: Target, symbols?: SymbolService): Promise<OpenedCrt> {
  const service = symbols ?? createSymbolService(target.modules, exportsOnly);
  const views = await viewsOf(target);
  const context = new CrtContext({ views, heaps: openHeaps({ views, symbols: service }), symbols: service });
  return { target, symbols: service, context, map: await detectRuntimes(context, new Pace()) };
}
