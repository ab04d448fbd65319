import type { ProcessView } from '../../core/process/index.ts';
import type { ImageFiles, Target } from '../../core/target/index.ts';
import { BuiltInTypes, createStructLayouts, loadLayout } from '../../core/types/index.ts';
import { corpusList, sharedJson, wineImages } from '../corpus.ts';
import { imagesIn, labFolder, openCorpusDump, type LabThread, type LabTruth } from '../openCorpus.ts';

/** What truth.json of the RuntimeTest cases says besides what all tests use. */
export interface ProcessTruth extends Required<Omit<LabTruth, 'threads'>> {
  readonly cwd: string;
  readonly cpus: number;
  readonly locks: {
    readonly g_cs: string;
    readonly owner_tid: number;
    readonly lock_count: number;
    readonly recursion: number;
    readonly mutex_handle: string;
    readonly mutex_owner_thread: string;
  };
  readonly handles: Readonly<Record<string, string>>;
  readonly virtual: Readonly<Record<VirtualName, string>>;
  readonly process_heaps: readonly string[];
  readonly heaps: Readonly<Record<string, string>>;
  readonly threads: readonly (Required<LabThread> & {
    readonly tls_slot: number;
    readonly tls_value: string;
    readonly static_tls_addr: string;
    readonly static_tls_value: number;
  })[];
}

export type VirtualName =
  'rw' | 'ro' | 'rwx' | 'reserved' | 'reserved_commit' | 'noaccess' | 'guard' | 'view';

/** A lab case of the RuntimeTest programs: what is true of it, and its dumps. */
export interface LabCase {
  readonly name: string;
  readonly truth: ProcessTruth;
  /** paths below corpus/, by what the files are called: `privrw` */
  readonly dumps: Readonly<Record<string, string>>;
}

/** All lab cases whose truth speaks of the process: those of RuntimeTest.exe. */
export function processCases(): LabCase[] {
  return corpusList('lab').flatMap((name) => {
    const files = name.includes('.') ? [] : corpusList(`lab/${name}`);
    if (!files.includes('RuntimeTest.exe')) return [];
    const dumps = files.filter((f) => f.endsWith('.dmp.gz'));
    return {
      name,
      truth: sharedJson<ProcessTruth>(`corpus/lab/${name}/truth.json.gz`),
      dumps: Object.fromEntries(dumps.map((f) => [f.slice(0, -'.dmp.gz'.length), `lab/${name}/${f}`])),
    };
  });
}

/** The case's images and Wine's: what a person would give as image path. */
export function labImages({ name, truth }: LabCase): ImageFiles {
  return imagesIn([labFolder(name), ...wineImages(truth.pointer_size === 4 ? 'x86' : 'x64')]);
}

/** The views of a target: the dump's own first, the 32-bit one second in a WOW64 dump. */
export async function viewsOf(target: Target): Promise<ProcessView[]> {
  return Promise.all(
    target.machines.map(async (machine) => {
      const layout = await loadLayout(target.system.os, machine.kind);
      return { target, machine, layouts: createStructLayouts([new BuiltInTypes(layout)]) };
    }),
  );
}

/** The first view of a corpus dump. */
export async function openView(path: string, images?: ImageFiles): Promise<ProcessView> {
  const [view] = await viewsOf(openCorpusDump(path, images));
  if (!view) throw new Error(`no view of ${path}`);
  return view;
}
