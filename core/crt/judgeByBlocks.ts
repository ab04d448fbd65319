import { NotAvailable } from '../errors/index.ts';
import { AddressReader, BlockState, type HeapSnapshot, type Pacer } from '../heap/index.ts';
import type { CrtContext } from './crtInput.ts';
import { recognise } from './debug/readHeader.ts';
import type { ModuleFindings } from './examineModule.ts';
import type { FoundHandle } from './heapHandle.ts';

/** Busy blocks that are looked at: a debug runtime's heap has debug blocks from the start. */
const SAMPLE = 256;
/** Debug blocks that show a debug runtime: one could be data that looks like it. */
const ENOUGH = 2;

/**
 * What the blocks of a module's own heap add: debug headers in it show a debug runtime where code and texts leave open
 * whether there is one, or which. The process heap is everyone's, and shows nothing.
 */
export async function judgeByBlocks(
  context: CrtContext,
  findings: ModuleFindings,
  pace: Pacer,
): Promise<ModuleFindings> {
  // texts that are not there are weaker than headers that are
  const isOpen = findings.static && findings.debug !== true;
  const found = isOpen ? findings.handle : findings.candidate;
  const heap = found?.handle.value;
  if (!found || heap === undefined || !found.handle.isHeap || found.handle.isProcessHeap !== false)
    return findings;
  const count = await debugBlocksIn(context, found, pace);
  if (count === undefined) return findings;
  if (count < ENOUGH) return isOpen && count === 0 ? { ...findings, debug: false } : findings;
  const text = `heap 0x${heap.toString(16)} holds blocks with debug headers`;
  const evidence = [...findings.evidence, { kind: 'debug blocks', text } as const];
  return { ...findings, static: true, handle: found, candidate: undefined, debug: true, evidence };
}

/** How many of the first blocks of a heap begin with a debug header; undefined where it has none that can be read. */
async function debugBlocksIn(
  context: CrtContext,
  { handle }: FoundHandle,
  pace: Pacer,
): Promise<number | undefined> {
  const { heaps } = context.input;
  const i = handle.value === undefined ? -1 : heaps.indexOf(handle.value);
  if (i < 0) return undefined;
  let snapshot: HeapSnapshot;
  try {
    snapshot = await heaps.snapshot(i, pace);
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
  const { state, entry, userOffset, userSize } = snapshot.blocks.columns;
  const { pointerSize } = snapshot.reference.machine;
  const reader = new AddressReader(context.target.memory, 0x10000, 8);
  let looked = 0;
  let count = 0;
  for (let k = 0; k < snapshot.blocks.length && looked < SAMPLE; k++) {
    if (state[k] !== BlockState.busy) continue;
    looked++;
    const user = (entry[k] ?? 0) + (userOffset[k] ?? 0);
    if (recognise(reader, user, userSize[k] ?? -1, pointerSize)) count++;
  }
  return looked === 0 ? undefined : count;
}
