import type { HeapAnswer, HeapRequest } from './answer.ts';
import { type Details, DetailsPrinter } from './detailsPrinter.ts';
import { snapshotData, summaryData } from './heapData.ts';
import { readSnapshots, selectHeaps, whyNoHeaps } from './selectHeaps.ts';

/** `!heap -a`, `-h`, `-hl`, `-m`, `-f`: heaps in detail. */
export async function showDetails(request: HeapRequest, heap: string | undefined, details: Details) {
  const { session } = request.call;
  const { snapshots, unread } = await readSnapshots(request, selectHeaps(request, heap));
  return {
    print: (out) => new DetailsPrinter(request.call, details, out).print(snapshots, unread),
    data() {
      const [one] = snapshots;
      if (one && snapshots.length + unread.length === 1) return snapshotData(one);
      return {
        heaps: [
          ...snapshots.map(snapshotData),
          ...unread.map(({ reference, problem }) => summaryData(reference, undefined, problem)),
        ],
        note: snapshots.length === 0 ? whyNoHeaps(session, unread) : undefined,
      };
    },
  } satisfies HeapAnswer;
}
