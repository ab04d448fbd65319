import { hex, hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { type AllocationTrace, BlockState, type HeapSnapshot } from '../../heap/index.ts';
import type { Address } from '../../target/index.ts';
import { AllocationStacks } from './allocationStacks.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { traceData } from './pageForm.ts';
import { orderedHeaps, readSnapshots, whyNoHeaps } from './selectHeaps.ts';
import { whyNoStacks } from './stacksForm.ts';

const DEFAULT_TRACES = 4;
/** Blocks between two looks at the clock. */
const CHUNK = 128;

interface Maker {
  readonly trace: AllocationTrace;
  readonly snapshot: HeapSnapshot;
  blocks: number;
  bytes: number;
}

/** `!heap -p -t[c|s] [N]`: the call stacks that made most of what is busy, by number of blocks or by bytes. */
export async function heaviestStacks(request: HeapRequest, by: 'count' | 'size', limit = DEFAULT_TRACES) {
  const { session, pace } = request.call;
  const { snapshots, unread } = await readSnapshots(request, orderedHeaps(request));
  if (snapshots.length === 0) throw new NotAvailable(whyNoHeaps(session, unread));
  const stacks = new AllocationStacks(session);
  const makers = new Map<Address, Maker>();
  for (const snapshot of snapshots) {
    const { state, userSize } = snapshot.blocks.columns;
    for (let i = 0; i < snapshot.blocks.length; i++) {
      if (i % CHUNK === 0 && pace.due()) {
        await pace.rest({ done: i, total: snapshot.blocks.length, what: 'stack traces' });
      }
      if (state[i] !== BlockState.busy) continue;
      const trace = stacks.of(snapshot.reference.machine).ofBlock(snapshot, i);
      if (!trace) continue;
      let maker = makers.get(trace.record);
      if (!maker) makers.set(trace.record, (maker = { trace, snapshot, blocks: 0, bytes: 0 }));
      maker.blocks++;
      maker.bytes += Math.max(0, userSize[i] ?? 0);
    }
  }
  if (makers.size === 0) throw new NotAvailable(whyNoStacks(session));
  const weight = by === 'count' ? (m: Maker): number => m.blocks : (m: Maker): number => m.bytes;
  const shown = [...makers.values()].sort((a, b) => weight(b) - weight(a)).slice(0, limit);
  // names are asked for here, where a load of symbols may still begin
  const named = shown.map((maker) => ({ maker, lines: stacks.lines(maker.trace, maker.snapshot) }));
  return {
    print(out) {
      for (const [i, { maker, lines }] of named.entries()) {
        out.line(`trace ${i + 1}: ${hex(maker.blocks)} blocks, ${hex(maker.bytes)} bytes`);
        for (const line of lines) out.line(...line);
        out.line('');
      }
      if (makers.size > shown.length) out.line(`${makers.size - shown.length} more traces`);
    },
    data: () => ({
      traces: shown.map(({ trace, snapshot, blocks, bytes }) => ({
        record: hexAddress(trace.record),
        blocks,
        bytes,
        stack: traceData(trace, stacks, snapshot.reference.machine.pointerSize),
      })),
      total: makers.size,
    }),
  } satisfies HeapAnswer;
}
