import { hex, hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { AllocationTrace, FoundBlock, HeapBlock, HeapSnapshot } from '../../heap/index.ts';
import { formatFlat, type Output, type Part, span, parts, flatPointer, pointer } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { addressOf } from '../process/index.ts';
import { AllocationStacks } from './allocationStacks.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { BlockContents } from './blockContent.ts';
import { entryHeading, entryRow } from './blockList.ts';
import { heapHeading } from './blockText.ts';
import { blockData } from './heapData.ts';
import { printNothing } from './listForm.ts';
import { ROOT_BEHIND_HANDLE } from './pageStatus.ts';
import { readSnapshots, selectHeaps, whyNoHeaps, whyNotFound } from './selectHeaps.ts';

/** Rows that are printed before the clock is asked. */
const CHUNK = 128;

/** `!heap -p -a ADDRESS`: the allocation that holds an address, and the call stack that made it. */
export async function findAllocation(request: HeapRequest, text: string | undefined) {
  const { session, pace } = request.call;
  if (text === undefined) throw new UsageError('!heap -p -a needs an address');
  const address = addressOf(session, text);
  const behind = await request.heaps.find(address, pace);
  const light = behind?.snapshot.reference.kind === 'page' ? undefined : await lightBlock(request, address);
  const found = light ?? behind;
  const block = found?.snapshot.blocks.at(found.index);
  const at = formatFlat(address, session.machine.pointerSize);
  if (!found || !block) {
    const why = found ? undefined : whyNotFound(request);
    const what = `    address ${at} lies in no block of a heap`;
    return {
      print: (out) => out.line(why === undefined ? what : `${what}; ${why}`),
      data: () => ({ address: hexAddress(address), heap: null, note: why }),
    } satisfies HeapAnswer;
  }
  const { snapshot } = found;
  const { pointerSize } = snapshot.reference.machine;
  const stacks = new AllocationStacks(session);
  const trace = stacks.ofBlock(snapshot, block.index);
  const content = new BlockContents(session, snapshot).line(block);
  return {
    print(out) {
      out.line(...parts`    address ${flatPointer(address, pointerSize)} found in`);
      if (light && behind) printLightBlock(behind, snapshot, block, out);
      else if (isPage(snapshot, block)) printPageBlock(snapshot, block, out);
      else {
        out.line(...heapHeading(snapshot.reference));
        out.line(entryHeading(pointerSize));
        out.line(...entryRow(snapshot, block));
      }
      if (content !== undefined) out.line(`          ${content}`);
      for (const line of trace ? stacks.lines(trace, snapshot) : []) out.line(...line);
    },
    data: () => ({
      address: hexAddress(address),
      heap: hexAddress(snapshot.reference.address),
      block: blockData(block),
      content,
      stack: traceData(trace, stacks, pointerSize),
    }),
  } satisfies HeapAnswer;
}

/** The block of light page heap that holds an address: it lies inside a block of the heap behind. */
async function lightBlock({ heaps, call }: HeapRequest, address: Address): Promise<FoundBlock | undefined> {
  for (const [i, { kind }] of heaps.heaps.entries()) {
    if (kind !== 'page') continue;
    try {
      const snapshot = await heaps.snapshot(i, call.pace);
      const index = snapshot.blocks.find(address);
      if (index >= 0) return { snapshot, index };
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
    }
  }
  return undefined;
}

/** The entry of the heap behind, with the user's part as page heap gave it. */
function printLightBlock(behind: FoundBlock, page: HeapSnapshot, light: HeapBlock, out: Output): void {
  const { snapshot } = behind;
  const { reference } = snapshot;
  const entry = snapshot.blocks.at(behind.index);
  out.line(...heapHeading(reference));
  out.line(entryHeading(reference.machine.pointerSize));
  if (!entry) return;
  const { userSize, state, marks } = light;
  out.line(...entryRow(snapshot, { ...entry, userSize, state, marks }, page.blocks.user(light.index)));
}

function isPage({ reference }: HeapSnapshot, { part }: HeapBlock): boolean {
  return reference.kind === 'page' && part === 'page';
}

/** The columns of a DPH_HEAP_BLOCK are wider than the numbers in them. */
function printPageBlock(snapshot: HeapSnapshot, block: HeapBlock, out: Output): void {
  const { reference, owners, blocks } = snapshot;
  const column = (value: number): string => hex(value).padStart(16);
  const node = owners[block.owner]?.address ?? 0n;
  out.line(`    _DPH_HEAP_ROOT @ ${hex(reference.address + ROOT_BEHIND_HANDLE)}`);
  const isBusy = block.state === 'busy';
  const link = (value: Address, width: number): Part[] => [
    ' '.repeat(Math.max(0, width - hex(value).length)),
    pointer(value, hex(value)),
  ];
  const place = [...link(block.entry, 16), ` ${column(block.size)}`];
  if (isBusy) {
    out.line(
      '    in busy allocation (  DPH_HEAP_BLOCK:         UserAddr         UserSize -         VirtAddr         VirtSize)',
    );
    const user = [...link(blocks.user(block.index), 16), ` ${column(block.userSize ?? 0)}`];
    out.line(...link(node, 40), ': ', ...user, ' - ', ...place);
  } else {
    out.line('    in free-ed allocation (  DPH_HEAP_BLOCK:         VirtAddr         VirtSize)');
    out.line(...link(node, 43), ': ', ...place);
  }
}

/** `!heap -p -h HEAP` and `!heap -p -all`: all allocations of page heaps, and of the others. */
export async function listAllocations(request: HeapRequest, heap: string | undefined) {
  const { call } = request;
  const { snapshots, unread } = await readSnapshots(request, selectHeaps(request, heap));
  const why = snapshots.length === 0 ? whyNoHeaps(call.session, unread) : undefined;
  return {
    async print(out) {
      if (why !== undefined) printNothing(out, why);
      for (const snapshot of snapshots) {
        if (snapshot.reference.kind === 'page') {
          out.line(`    _DPH_HEAP_ROOT @ ${hex(snapshot.reference.address + ROOT_BEHIND_HANDLE)}`);
          out.line('    Freed and decommitted blocks');
          out.line('      DPH_HEAP_BLOCK : VirtAddr VirtSize');
          await printBlocks(snapshot, 'free', pageRow, out);
          out.line('    Busy allocations');
          out.line('      DPH_HEAP_BLOCK : UserAddr  UserSize - VirtAddr VirtSize');
          await printBlocks(snapshot, 'busy', pageRow, out);
          continue;
        }
        out.line(...heapHeading(snapshot.reference));
        out.line(entryHeading(snapshot.reference.machine.pointerSize));
        await printBlocks(snapshot, 'busy', entryRow, out);
      }
      for (const { problem } of unread) out.line(span(`    ${problem}`, 'missing'));
    },
    data: () => ({
      heaps: snapshots.map((snapshot) => ({
        heap: hexAddress(snapshot.reference.address),
        kind: snapshot.reference.kind,
        get blocks() {
          const { blocks } = snapshot;
          const all = Array.from({ length: blocks.length }, (_, i) => blocks.at(i));
          return all.filter((b) => b?.state === 'busy' || b?.state === 'free').map(blockData);
        },
      })),
      note: why,
    }),
  } satisfies HeapAnswer;

  async function printBlocks(
    snapshot: HeapSnapshot,
    state: HeapBlock['state'],
    row: (snapshot: HeapSnapshot, block: HeapBlock) => Part[],
    out: Output,
  ): Promise<void> {
    const { blocks } = snapshot;
    for (let i = 0; i < blocks.length; i++) {
      if (i % CHUNK === 0 && call.pace.due()) {
        await call.pace.rest({ done: i, total: blocks.length, what: 'blocks' });
      }
      if (blocks.state(i) !== state) continue;
      const block = blocks.at(i);
      if (block) out.line(...row(snapshot, block));
    }
  }
}

function pageRow(snapshot: HeapSnapshot, block: HeapBlock): Part[] {
  const { reference, owners, blocks } = snapshot;
  const at = (address: Address): string => formatFlat(address, reference.machine.pointerSize);
  const node = at(owners[block.owner]?.address ?? 0n);
  const place = `${at(block.entry)} ${hex(block.size, 8)}`;
  if (block.state !== 'busy') return ['        ', span(node, 'address'), ` : ${place}`];
  const user = at(blocks.user(block.index));
  return [
    '        ',
    span(node, 'address'),
    ' : ',
    span(user, 'address', `!heap -p -a ${user}`),
    ` ${hex(block.userSize ?? 0, 8)} - ${place}`,
  ];
}

/** A call stack in JSON: addresses with names. */
export function traceData(trace: AllocationTrace | undefined, stacks: AllocationStacks, pointerSize: 4 | 8) {
  return trace?.frames.map((frame) => ({
    address: hexAddress(frame),
    name: stacks.name(frame, pointerSize) || undefined,
  }));
}
