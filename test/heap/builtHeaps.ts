import { type HeapSet, type HeapSnapshot, openHeaps } from '../../core/heap/index.ts';
import { BuiltInTypes, createStructLayouts, loadLayout } from '../../core/types/index.ts';
import { HeapMemory } from './heapMemory.ts';
import { heapView } from './heapView.ts';
import { type BlockPlan, NtHeapBuilder, type Placed } from './ntHeapBuilder.ts';

export interface Version {
  readonly name: string;
  readonly kind: 'x86' | 'x64';
  readonly os: { readonly major: number; readonly minor: number; readonly build: number };
}

const HEAP = { x86: 0x0050_0000, x64: 0x1f_4b20_0000 } as const;

/** A heap that a test made, and what it put there. */
export class BuiltHeap {
  private constructor(
    readonly version: Version,
    readonly address: number,
    readonly memory: HeapMemory,
    readonly builder: NtHeapBuilder,
  ) {}

  static async of(
    version: Version,
    segments: readonly (readonly BlockPlan[])[],
    flags = 2,
  ): Promise<BuiltHeap> {
    const address = HEAP[version.kind];
    const memory = new HeapMemory();
    const layouts = createStructLayouts([new BuiltInTypes(await loadLayout(version.os, version.kind))]);
    const builder = new NtHeapBuilder({
      layouts,
      memory,
      address,
      committed: 0x20000,
      reserved: 0x100000,
      encoding: [0x5a17_3c2d, 0x0000_7b91],
      key: 0x9d3f_61c4,
      flags,
    });
    for (const blocks of segments) builder.segment(blocks);
    builder.finish();
    return new BuiltHeap(version, address, memory, builder);
  }

  async open(): Promise<HeapSet> {
    const { kind, os } = this.version;
    return openHeaps({ views: [await heapView({ kind, os, memory: this.memory, heaps: [this.address] })] });
  }

  async snapshot(): Promise<HeapSnapshot> {
    return (await this.open()).snapshot(0);
  }
}

/** The busy and free blocks that a snapshot shows, in the builder's form. */
export function shown({ blocks }: HeapSnapshot): Placed[] {
  const result: Placed[] = [];
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks.at(i);
    if (!block || (block.state !== 'busy' && block.state !== 'free')) continue;
    if (block.part !== 'segment' && block.part !== 'lfh') continue;
    const { state, part, size, userSize } = block;
    result.push({ entry: Number(block.entry), user: Number(blocks.user(i)), size, userSize, state, part });
  }
  return result;
}
