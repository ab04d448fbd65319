import { addressOf, AddressReader } from '../addressReader.ts';
import {
  BlockMark,
  BlockPart,
  type BlockRecord,
  type BlockSink,
  BlockState,
  emptyRecord,
} from '../blockSink.ts';
import { heapKindAt } from '../heapKind.ts';
import type { HeapContext, HeapKind, HeapReference, HeapWalker, Pacer } from '../model.ts';
import { ntWalker } from '../nt/ntWalker.ts';
import { segmentHeapWalker } from '../segment/index.ts';
import type { DphForm } from './dphForm.ts';
import { Stamp, SUFFIX_LIGHT, SUFFIX_LIGHT_BYTES } from './dphStamps.ts';

const WALKERS: Partial<Record<HeapKind, HeapWalker>> = { nt: ntWalker, segment: segmentHeapWalker };

/**
 * Gives the blocks of light page heap. They are blocks of the normal heap behind the root, whose user part begins with
 * a _DPH_BLOCK_INFORMATION.
 */
export async function walkLight(
  normalHeap: number,
  form: DphForm,
  context: HeapContext,
  sink: BlockSink,
  pace: Pacer,
): Promise<void> {
  const reference = normalReference(normalHeap, context);
  const walker = reference.kind && WALKERS[reference.kind];
  if (!walker) {
    sink.note(
      `the normal heap at 0x${normalHeap.toString(16)} cannot be read, nor light page heap's blocks in it`,
    );
    return;
  }
  const outline = walker.outline(reference, context);
  await walker.walk(outline, context, new LightSink(context, form, sink), pace);
}

/** The normal heap as the process' lists have it, or by its signature. */
function normalReference(normalHeap: number, { heaps, view }: HeapContext): HeapReference {
  const address = addressOf(normalHeap);
  const { machine } = view;
  const kind = heapKindAt(view.target.memory, address, machine.pointerSize);
  return (
    heaps.find((heap) => heap.address === address) ?? {
      index: 0,
      address,
      kind,
      machine,
      origin: 'page heap list',
    }
  );
}

/** Takes a normal heap's blocks and passes those on that page heap made. What is wrong with others is not its matter. */
class LightSink implements BlockSink {
  private readonly reader: AddressReader;
  private readonly record = emptyRecord();

  constructor(
    context: HeapContext,
    private readonly form: DphForm,
    private readonly sink: BlockSink,
  ) {
    this.reader = new AddressReader(context.view.target.memory);
    this.record.part = BlockPart.page;
  }

  add({ state, entry, size, userOffset, userSize, owner }: BlockRecord): void {
    if (state !== BlockState.busy) return;
    const { reader, record, form } = this;
    const { info, pointerSize } = form;
    const at = entry + userOffset;
    if (!reader.has(at, info.size)) return;
    const start = reader.u32(at);
    const end = reader.u32(at + info.endStamp);
    const kind = [Stamp.light, Stamp.lightFreed].find((s) => s.start === start || s.end === end);
    if (!kind) return;
    record.entry = at;
    record.owner = owner;
    record.userOffset = info.size;
    record.userSize = reader.pointer(at + info.requested, pointerSize);
    const room = userSize >= 0 ? userSize : size - userOffset;
    record.size = Math.max(room, info.size);
    const freed = kind === Stamp.lightFreed;
    record.state = freed ? BlockState.free : BlockState.busy;
    record.marks = (freed ? BlockMark.delayed : 0) | this.traceMark(at);
    const stampsAgree = kind.start === start && kind.end === end;
    const fits = info.size + record.userSize <= room;
    if (!stampsAgree) {
      this.damaged(
        at,
        'the stamps of the block information do not belong together',
        hex(kind.start, kind.end),
        hex(start, end),
      );
    } else if (!fits) {
      this.damaged(at, 'the block is smaller than what was asked for', undefined, hex(record.userSize));
    } else if (!freed) this.checkSuffix(at);
    if (!fits) record.userSize = Math.max(0, room - info.size);
    this.sink.add(record);
  }

  owner: BlockSink['owner'] = (describe) => this.sink.owner(describe);
  finding = ignore;
  missing = ignore;
  note = ignore;

  private traceMark(at: number): number {
    const { info, pointerSize } = this.form;
    return this.reader.pointer(at + info.stackTrace, pointerSize) !== 0 ? BlockMark.extra : 0;
  }

  private checkSuffix(at: number): void {
    const from = at + this.form.info.size + this.record.userSize;
    for (let i = 0; i < SUFFIX_LIGHT_BYTES; i++) {
      if (!this.reader.has(from + i, 1)) return;
      const byte = this.reader.u8(from + i);
      if (byte === SUFFIX_LIGHT) continue;
      this.damaged(
        at,
        'bytes behind the block were overwritten',
        hex(SUFFIX_LIGHT),
        `${hex(byte)} at ${hex(from + i)}`,
      );
      return;
    }
  }

  private damaged(at: number, problem: string, expected: string | undefined, found: string): void {
    this.record.marks |= BlockMark.damaged;
    this.sink.finding({ address: addressOf(at), kind: 'page heap', problem, expected, found });
  }
}

function hex(...values: readonly number[]): string {
  return values.map((value) => `0x${value.toString(16)}`).join(', ');
}

function ignore(): void {
  // said when the normal heap is walked for its own sake
}
