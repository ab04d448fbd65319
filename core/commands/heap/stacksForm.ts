import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { BlockState } from '../../heap/index.ts';
import { readPeb } from '../../process/index.ts';
import type { Session } from '../session.ts';
import { viewOf } from '../process/index.ts';
import { AllocationStacks } from './allocationStacks.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { entryHeading, entryRow } from './blockList.ts';
import { heapHeading } from './blockText.ts';
import { blockData } from './heapData.ts';
import { readSnapshots, selectHeaps, whyNoHeaps } from './selectHeaps.ts';

/** NtGlobalFlag */
const STACK_TRACES = 0x1000;
/** Blocks between two looks at the clock. */
const CHUNK = 128;

/** `!heap -k [HEAP]`: busy blocks with the call stacks that allocated them. */
export async function showStacks(request: HeapRequest, heap: string | undefined) {
  const { call } = request;
  const { session, pace } = call;
  const { snapshots, unread } = await readSnapshots(request, selectHeaps(request, heap));
  if (snapshots.length === 0) throw new NotAvailable(whyNoHeaps(session, unread));
  const stacks = new AllocationStacks(session);
  // indices of the blocks that have a stack: all frames are named before the first is printed
  const chosen: { readonly snapshot: (typeof snapshots)[number]; readonly indices: readonly number[] }[] = [];
  for (const snapshot of snapshots) {
    const indices: number[] = [];
    const { state } = snapshot.blocks.columns;
    for (let i = 0; i < snapshot.blocks.length; i++) {
      if (state[i] === BlockState.busy && stacks.ofBlock(snapshot, i)) indices.push(i);
      if (i % CHUNK === 0 && pace.due()) {
        await pace.rest({ done: i, total: snapshot.blocks.length, what: 'stack traces' });
      }
    }
    chosen.push({ snapshot, indices });
  }
  if (chosen.every(({ indices }) => indices.length === 0)) throw new NotAvailable(whyNoStacks(session));
  return {
    async print(out) {
      for (const { snapshot, indices } of chosen) {
        const { reference, blocks } = snapshot;
        out.line(...heapHeading(reference));
        if (indices.length > 0) out.line(entryHeading(reference.machine.pointerSize));
        for (const [n, index] of indices.entries()) {
          const block = blocks.at(index);
          const trace = stacks.ofBlock(snapshot, index);
          if (!block || !trace) continue;
          out.line(...entryRow(snapshot, block));
          for (const line of stacks.lines(trace, snapshot)) out.line(...line);
          if (n % CHUNK === 0 && pace.due()) {
            await pace.rest({ done: n, total: indices.length, what: 'blocks' });
          }
        }
      }
    },
    data: () => ({
      heaps: chosen.map(({ snapshot, indices }) => ({
        heap: hexAddress(snapshot.reference.address),
        get blocks() {
          return indices.map((index) => ({
            ...blockData(snapshot.blocks.at(index)),
            stack: stacks.ofBlock(snapshot, index)?.frames.map(hexAddress),
          }));
        },
      })),
    }),
  } satisfies HeapAnswer;
}

/** Why no block has a call stack. */
export function whyNoStacks(session: Session): string {
  const { NtGlobalFlag } = readPeb(viewOf(session), session.target.peb(session.machine) ?? 0n);
  const flag =
    typeof NtGlobalFlag === 'number' && (NtGlobalFlag & STACK_TRACES) === 0
      ? 'NtGlobalFlag has no 1000 (gflags +ust), so that the heaps kept none'
      : 'no block has one that the dump holds';
  return `There are no call stacks of allocations: ${flag}`;
}
