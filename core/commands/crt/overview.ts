import { hexAddress } from '../../bytes/index.ts';
import {
  type CrtMap,
  type CrtModule,
  freersOf,
  type HeapHandle,
  mayFree,
  type RuntimeCopy,
  type Verdict,
} from '../../crt/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { HeapReference, HeapSummary } from '../../heap/index.ts';
import type { Address } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { crtContextOf, crtMapOf } from './crtSession.ts';

/** One heap of the process, and the runtimes that use it. */
export interface HeapRow {
  readonly heap: Address;
  /** undefined where a runtime's variable names a heap that the dump does not list */
  readonly reference?: HeapReference;
  readonly users: readonly RuntimeCopy[];
  readonly isProcessHeap: boolean;
  /** undefined for heaps that no runtime uses: these are not walked */
  readonly summary?: HeapSummary;
  /** why it could not be walked */
  readonly problem?: string;
}

export interface Overview {
  readonly form: 'overview';
  readonly map: CrtMap;
  readonly heaps: readonly HeapRow[];
  /** for each runtime, in order, whether each may free its memory */
  readonly verdicts: readonly (readonly Verdict[])[];
  readonly verbose: boolean;
}

/** Modules, heaps and who may free what: `!crt`. Walks the heaps of runtimes to count their blocks. */
export async function overview(
  { session, pace }: Pick<Call, 'session' | 'pace'>,
  verbose: boolean,
): Promise<Overview> {
  const map = await crtMapOf(session, pace);
  const context = crtContextOf(session);
  const { heaps } = context.input;
  const rows: HeapRow[] = [];
  for (const [i, reference] of heaps.listed.entries()) {
    const heap = reference.address;
    const users = map.usersOfHeap(heap);
    const row = { heap, reference, users, isProcessHeap: context.isProcessHeap(heap) === true };
    try {
      rows.push(users.length > 0 ? { ...row, summary: await heaps.summary(i, pace) } : row);
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      rows.push({ ...row, problem: e.message });
    }
  }
  for (const { handle } of map.runtimes) {
    const heap = handle?.value;
    if (heap && !rows.some((row) => row.heap === heap)) {
      const problem = 'the dump does not list it among the heaps of the process';
      rows.push({ heap, users: map.usersOfHeap(heap), isProcessHeap: false, problem });
    }
  }
  const verdicts = map.runtimes.map((from) => map.runtimes.map((by) => mayFree(from, by)));
  return { form: 'overview', map, heaps: rows, verdicts, verbose };
}

/** The `data` of `!crt` (cli.md). `heap` stands where the handle's value is in the dump and is no null. */
export function overviewData({ map, heaps }: Overview) {
  const may: Record<string, readonly string[]> = {};
  const works: Record<string, readonly string[]> = {};
  for (const runtime of map.runtimes) {
    const { may: freers, worksToday } = freersOf(map, runtime);
    const names = freers.map((m) => m.name);
    for (const user of runtime.users) {
      const before = may[user.name];
      may[user.name] = before ? [...new Set([...before, ...names])] : names;
      if (worksToday.length > 0) works[user.name] = worksToday.map((m) => m.name);
    }
  }
  return {
    modules: map.modules.map(moduleData),
    heaps: heaps.map(heapData),
    mayFree: may,
    worksToday: works,
    runtimes: map.runtimes.map(runtimeData),
  };
}

/** One module as JSON, evidence from the strongest on. */
export function moduleData(m: CrtModule) {
  const heap = m.runtime?.handle?.value;
  return {
    name: m.module.name,
    start: hexAddress(m.module.base),
    runtime: m.runtime ? runtimeLabel(m.runtime) : m.runtimeName,
    linkage: m.linkage,
    debug: m.debug,
    heap: heap ? hexAddress(heap) : undefined,
    handleVariable:
      m.runtime?.handle?.variable === undefined ? undefined : hexAddress(m.runtime.handle.variable),
    toolset: m.toolset,
    evidence: m.evidence.map((e) => e.text),
    evidenceKinds: m.evidence.map((e) => e.kind),
    notes: m.notes.length > 0 ? m.notes : undefined,
  };
}

function heapData({ heap, reference, users, isProcessHeap, summary, problem }: HeapRow) {
  return {
    heap: hexAddress(heap),
    index: reference?.index,
    sharedBy: [...new Set(users.flatMap((copy) => copy.users.map((m) => m.name)))],
    runtimes: users.map((copy) => copy.id),
    processHeap: isProcessHeap,
    busyBlocks: summary?.busyBlocks,
    busyBytes: summary?.busyBytes,
    problem,
  };
}

/** One copy of a runtime as JSON. */
function runtimeData(copy: RuntimeCopy) {
  return {
    id: copy.id,
    name: copy.name,
    module: copy.module.name,
    form: copy.form,
    version: copy.version,
    product: copy.product,
    debug: copy.debug,
    handle: copy.handle && handleData(copy.handle),
    users: copy.users.map((m) => m.name),
  };
}

function handleData({ how, variable, name, value, isHeap, isProcessHeap }: HeapHandle) {
  return {
    how,
    variable: variable === undefined ? undefined : hexAddress(variable),
    name,
    value: value === undefined ? undefined : hexAddress(value),
    isHeap,
    isProcessHeap,
  };
}

/** `MSVCR90D.dll 9.0.30729.1 (Visual C++ 2008, debug)`, `static C runtime of app.exe (Visual C++ 2015)`. */
export function runtimeLabel({ name, version, product, debug }: RuntimeCopy): string {
  const inner = [product, debug ? 'debug' : undefined].filter((part) => part !== undefined).join(', ');
  return `${name}${version === undefined ? '' : ` ${version}`}${inner === '' ? '' : ` (${inner})`}`;
}
