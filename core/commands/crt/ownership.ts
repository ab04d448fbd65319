import { debugBlocksOf, debugHeaps, FileNames, type RuntimeCopy, type Verdict } from '../../crt/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { Module } from '../../target/index.ts';
import { heapsOf } from '../heap/index.ts';
import type { Pace } from '../pace.ts';
import type { Session } from '../session.ts';
import { crtContextOf, crtMapOf } from './crtSession.ts';
import { type Overview, overview, runtimeLabel } from './overview.ts';

/** Debug blocks between two looks at the clock. */
const CHUNK = 1024;

/** A module that has or may have a C runtime. */
export interface OwnershipModule {
  readonly name: string;
  readonly base: bigint;
  /** `RuntimeCopy.id` of the copy it allocates through, and of those it imports besides */
  readonly runtimes: readonly number[];
  /** what stands for the runtime where no copy of it is known */
  readonly runtimeName?: string;
  readonly linkage: string;
  readonly debug?: boolean;
  readonly toolset?: string;
  /** strongest first */
  readonly evidence: readonly string[];
  readonly notes: readonly string[];
}

export interface OwnershipRuntime {
  /** counts from 1, as the tables of `!crt` number them */
  readonly id: number;
  /** `MSVCR90D.dll 9.0.30729.1 (Visual C++ 2008, debug)` */
  readonly label: string;
  readonly name: string;
  /** the module whose code it is */
  readonly module: string;
  readonly form: 'dll' | 'static';
  readonly debug?: boolean;
  /** undefined where the dump does not tell */
  readonly heap?: bigint;
}

export interface OwnershipHeap {
  readonly heap: bigint;
  /** the number that `!heap` gives it; undefined where the dump does not list it */
  readonly index?: number;
  readonly isProcessHeap: boolean;
  /** `OwnershipRuntime.id` of those that allocate from it; none: asked for directly, by Windows or the program */
  readonly users: readonly number[];
  /** undefined where the heap could not be walked */
  readonly busyBlocks?: number;
  readonly busyBytes?: number;
  readonly problem?: string;
}

/**
 * Busy memory that a runtime has in a heap for a module. `bytes` is undefined where blocks do not say whose they are:
 * a release runtime on a heap that it shares.
 */
export interface OwnershipFlow {
  readonly runtime: number;
  /** index in `modules`; undefined where the blocks do not say who asked for them */
  readonly module?: number;
  readonly heap?: bigint;
  readonly blocks?: number;
  readonly bytes?: number;
}

/** Modules, runtimes and heaps of a process, and what flows between them: the model of the picture of ownership. */
export interface Ownership {
  readonly modules: readonly OwnershipModule[];
  readonly runtimes: readonly OwnershipRuntime[];
  readonly heaps: readonly OwnershipHeap[];
  readonly flows: readonly OwnershipFlow[];
  /** `verdicts[from][by]`, in the order of `runtimes`: whether `by` may free what `from` has allocated */
  readonly verdicts: readonly (readonly Verdict[])[];
  readonly pointerSize: 4 | 8;
}

/** Finds the runtimes and walks their heaps. */
export async function ownership(session: Session, pace: Pace): Promise<Ownership> {
  const view = await overview({ session, pace }, false);
  const modules = view.map.modules.filter((m) => m.linkage !== 'none');
  const indices = new Map(modules.map((m, i) => [m.module, i]));
  return {
    modules: modules.map(
      ({ module, runtime, others, runtimeName, linkage, debug, toolset, evidence, notes }) => ({
        name: module.name,
        base: module.base,
        runtimes: [...(runtime ? [runtime] : []), ...others].map((copy) => copy.id),
        runtimeName,
        linkage,
        debug,
        toolset,
        evidence: evidence.map((e) => e.text),
        notes,
      }),
    ),
    runtimes: view.map.runtimes.map((copy) => ({
      id: copy.id,
      label: runtimeLabel(copy),
      name: copy.name,
      module: copy.module.name,
      form: copy.form,
      debug: copy.debug,
      heap: copy.handle?.value || undefined,
    })),
    heaps: await heapsOfOwnership(session, view, pace),
    flows: await flowsOf(session, view, indices, pace),
    verdicts: view.verdicts,
    pointerSize: session.target.system.machine.pointerSize,
  };
}

/** All heaps with what is busy in them, of those too that no runtime uses. */
async function heapsOfOwnership(session: Session, { heaps }: Overview, pace: Pace): Promise<OwnershipHeap[]> {
  const set = heapsOf(session);
  const found: OwnershipHeap[] = [];
  for (const { heap, reference, isProcessHeap, users, summary, problem } of heaps) {
    const base = { heap, index: reference?.index, isProcessHeap, users: users.map((copy) => copy.id) };
    const position = set.indexOf(heap);
    if (summary || problem !== undefined || position < 0) {
      const { busyBlocks, busyBytes } = summary ?? {};
      found.push({ ...base, busyBlocks, busyBytes, problem });
      continue;
    }
    try {
      const { busyBlocks, busyBytes } = await set.summary(position, pace);
      found.push({ ...base, busyBlocks, busyBytes });
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      found.push({ ...base, problem: e.message });
    }
  }
  return found;
}

/** Blocks and bytes by runtime and module, as debug headers tell; then what is left of private heaps. */
async function flowsOf(
  session: Session,
  { heaps, map }: Overview,
  indices: ReadonlyMap<Module, number>,
  pace: Pace,
): Promise<OwnershipFlow[]> {
  const counted = await debugFlows(session, indices, pace);
  const flows: OwnershipFlow[] = counted;
  for (const { heap, users, isProcessHeap, summary } of heaps) {
    for (const copy of users) {
      const own = counted.filter((f) => f.runtime === copy.id && f.heap === heap);
      const [only, ...others] = copy.users;
      const module = only && others.length === 0 ? indices.get(only) : undefined;
      const isPrivate = users.length === 1 && !isProcessHeap && summary !== undefined;
      if (isPrivate) {
        const bytes = summary.busyBytes - own.reduce((sum, f) => sum + (f.bytes ?? 0), 0);
        const blocks = summary.busyBlocks - own.reduce((sum, f) => sum + (f.blocks ?? 0), 0);
        if (bytes > 0 && blocks > 0) flows.push({ runtime: copy.id, module, heap, blocks, bytes });
      } else if (own.length === 0) flows.push({ runtime: copy.id, module, heap });
    }
  }
  // whoever has nothing in a heap now still allocates through its runtime
  for (const copy of map.runtimes) {
    for (const user of copy.users) {
      const module = indices.get(user);
      if (module === undefined || flows.some((f) => f.runtime === copy.id && f.module === module)) continue;
      flows.push({ runtime: copy.id, module });
    }
  }
  return flows;
}

async function debugFlows(
  session: Session,
  indices: ReadonlyMap<Module, number>,
  pace: Pace,
): Promise<OwnershipFlow[]> {
  const map = await crtMapOf(session, pace);
  const context = crtContextOf(session);
  const files = new FileNames(context);
  const sums = new Map<
    string,
    { runtime: number; module?: number; heap: bigint; blocks: number; bytes: number }
  >();
  for (const position of debugHeaps(context, map)) {
    const debug = await debugBlocksOf(context, map, position, pace);
    const heapBlocks = debug?.snapshot?.blocks;
    if (!debug || !heapBlocks) continue;
    for (let i = 0; i < debug.blocks.length; i++) {
      if (i % CHUNK === 0 && pace.due())
        await pace.rest({ done: i, total: debug.blocks.length, what: 'debug blocks' });
      const block = debug.blocks.at(i);
      const copy = debug.ownerOf(i);
      if (!block || !copy || !heapBlocks.isBusy(block.heapBlock)) continue;
      const module = moduleOf(copy, files.moduleOf(block), block.type === 'crt');
      const number = module && indices.get(module);
      const key = `${debug.heap.address} ${copy.id} ${number}`;
      let sum = sums.get(key);
      if (!sum) {
        sum = { runtime: copy.id, module: number, heap: debug.heap.address, blocks: 0, bytes: 0 };
        sums.set(key, sum);
      }
      sum.blocks++;
      sum.bytes += heapBlocks.size(block.heapBlock);
    }
  }
  return [...sums.values()];
}

/** Who asked for a debug block: the module of its file name; the runtime itself for its own blocks; an only user. */
function moduleOf(copy: RuntimeCopy, file: Module | undefined, isOwn: boolean): Module | undefined {
  if (file) return file;
  if (isOwn) return copy.module;
  return copy.users.length === 1 ? copy.users[0] : undefined;
}
