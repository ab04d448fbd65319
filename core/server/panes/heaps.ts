import { crtContextOf, crtMapOf } from '../../commands/crt/index.ts';
import { heapsOf, whyNoHeaps } from '../../commands/heap/index.ts';
import type { HeapReference } from '../../heap/index.ts';
import { dumpFlags } from '../../minidump/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { allViews } from '../../commands/process/index.ts';
import { readPeb } from '../../process/index.ts';
import type { CrtMap } from '../../crt/index.ts';
import type { HeapFindingModel, HeapRowModel, HeapsModel } from '../../protocol/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** All heaps with their figures: each is walked, so the answer comes after the list of runtimes. */
export async function heapsPane(call: PaneCall): Promise<HeapsModel> {
  const { session, pace } = call;
  const set = heapsOf(session);
  const map = await runtimesOf(call);
  const context = crtContextOf(session);
  const heaps: HeapRowModel[] = [];
  const unread: { reference: HeapReference; problem: string }[] = [];
  for (const [i, reference] of set.heaps.entries()) {
    const users = map?.usersOfHeap(reference.address).map((copy) => copy.name) ?? [];
    const base = {
      index: reference.index,
      address: reference.address,
      kind: reference.kind ?? 'unknown',
      machine: reference.machine.kind,
      processHeap: context.isProcessHeap(reference.address) === true,
      users,
    };
    try {
      const s = await set.summary(i, pace);
      heaps.push({
        ...base,
        flags: s.flags,
        frontEnd: s.frontEnd,
        reserved: s.reserved,
        committed: s.committed,
        busyBlocks: s.busyBlocks,
        busyBytes: s.busyBytes,
        freeBlocks: s.freeBlocks,
        freeBytes: s.freeBytes,
        errors: s.errors,
        missingBytes: s.missing.reduce((sum, r) => sum + Number(r.end - r.start), 0),
        notes: s.notes,
      });
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      heaps.push({ ...base, notes: reference.note ? [reference.note] : [], problem: e.message });
      unread.push({ reference, problem: e.message });
    }
    if (pace.due()) await pace.rest({ done: i + 1, total: set.heaps.length, what: 'heaps' });
  }
  const hasBlocks = heaps.some((h) => h.busyBlocks !== undefined);
  return { heaps, note: hasBlocks ? lostHeaps(call, heaps) : noteOf(call, unread) };
}

/** The heaps that the PEB counts, and that nothing in the dump leads to. */
function lostHeaps({ session }: PaneCall, heaps: readonly HeapRowModel[]): string | undefined {
  const lost = allViews(session).flatMap((view) => {
    const address = view.target.peb(view.machine);
    if (address === undefined) return [];
    const { NumberOfHeaps, MaximumNumberOfHeaps } = readPeb(view, address);
    // the list is allocated for the larger number: a count above it is damage
    const count = Math.min(NumberOfHeaps ?? 0, MaximumNumberOfHeaps ?? 0);
    const found = heaps.filter((h) => h.machine === view.machine.kind).length;
    return found < count ? [`${found} of the ${count} heaps that the PEB counts`] : [];
  });
  if (lost.length === 0) return undefined;
  return `The dump leads to ${lost.join(' and ')}: the list of the others (ProcessHeaps) is not in it.`;
}

/** Why there is nothing to see, what kind of dump would have it, and which kind this is. */
function noteOf(
  { session }: PaneCall,
  unread: readonly { reference: HeapReference; problem: string }[],
): string {
  const { dump } = session.target;
  const names = dump ? dumpFlags(dump.header.flags).flatMap(({ name }) => name ?? []) : [];
  const kind = dump ? ` This dump is ${names.join(', ') || 'MiniDumpNormal'}.` : '';
  return `${whyNoHeaps(session, unread, true)}.${kind}`;
}

async function runtimesOf({ session, pace }: PaneCall): Promise<CrtMap | undefined> {
  try {
    return await crtMapOf(session, pace);
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
}

/** What is damaged in a heap. Throws `NotAvailable` where the dump does not hold it. */
export async function heapFindingsPane(
  { session, pace }: PaneCall,
  { heap }: { heap: bigint },
): Promise<HeapFindingModel[]> {
  const set = heapsOf(session);
  const i = set.indexOf(heap);
  if (i < 0) throw new NotAvailable(`No heap of this process is at 0x${heap.toString(16)}`);
  const { findings } = await set.summary(i, pace);
  return findings.map(({ address, kind, problem, expected, found }) => {
    return { address, kind, problem, expected, found };
  });
}
