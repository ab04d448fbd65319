import { beforeAll, describe, expect, it } from 'vitest';
import { Pace } from '../../core/commands/index.ts';
import {
  alignedPointer,
  Damage,
  type DebugBlock,
  debugBlocksOf,
  explainAddress,
  type HeapDebugBlocks,
} from '../../core/crt/index.ts';
import type { Target } from '../../core/target/index.ts';
import { hasCorpus } from '../corpus.ts';
import { openCorpusDump } from '../openCorpus.ts';
import { crtTruth, openLab, openTargetCrt, type OpenedCrt } from './labCrt.ts';
import { PatchedMemory } from './patchedMemory.ts';

/** A block in the middle of the executable's list, whose neighbours are sound. */
const REQUEST = 100;

/** Damage that a test does to the heap of a real process, so that all the rest is as programs leave it. */
describe.skipIf(!hasCorpus).each(['x86-static-O0', 'x64-static-O2'])('debug blocks of %s', (name) => {
  let original: Target;
  let sound: HeapDebugBlocks;
  let block: DebugBlock;
  let older: DebugBlock;
  let newer: DebugBlock;
  let width: 4 | 8;

  beforeAll(async () => {
    original = openCorpusDump(`lab/${name}/privrw.dmp.gz`);
    const opened = await openLab(name, 'privrw', false);
    sound = await exeBlocks(opened, name);
    width = sound.heap.machine.pointerSize;
    block = blockOf(sound, (b) => b.request === REQUEST);
    older = blockOf(sound, (b) => b.header === block.next);
    newer = blockOf(sound, (b) => b.header === block.prev);
  });

  /** The executable's blocks after a change. */
  async function after(
    change: (memory: PatchedMemory) => void,
  ): Promise<OpenedCrt & { found: HeapDebugBlocks }> {
    const { target, memory } = PatchedMemory.of(original);
    change(memory);
    const opened = await openTargetCrt(target);
    return { ...opened, found: await exeBlocks(opened, name) };
  }

  const damaged = ({ blocks }: HeapDebugBlocks): [bigint, number][] =>
    [...Array(blocks.length).keys()].flatMap((i) => {
      const b = blocks.at(i);
      return b && b.damage !== 0 ? [[b.header, b.damage] satisfies [bigint, number]] : [];
    });

  it('are found with no-man’s land overwritten on both sides', async () => {
    const { found } = await after((memory) => {
      memory.put(block.user - 1n, 1, 0).put(block.user + BigInt(block.size), 4, 0x41414141);
    });
    expect(damaged(found)).toEqual([[block.header, Damage.before | Damage.after]]);
    expect(found.blocks.length).toBe(sound.blocks.length);
  });

  it('are found by their neighbours when the size in the header is overwritten', async () => {
    const { found } = await after((memory) => {
      memory.put(block.header + BigInt(block.layout.dataSize), 4, 0x12345678);
    });
    expect(damaged(found)).toEqual([[block.header, Damage.header]]);
    expect(found.blocks.length).toBe(sound.blocks.length);
  });

  it.each(['next', 'prev'] as const)('blame a broken %s on the block that has it', async (link) => {
    for (const stray of [0x1n, older.user, 0xfffffff0n]) {
      const { found } = await after((memory) => {
        memory.put(block.header + BigInt(block.layout[link]), width, stray);
      });
      expect(damaged(found), stray.toString(16)).toEqual([[block.header, Damage.links]]);
      expect(found.blocks.length).toBe(sound.blocks.length);
    }
  });

  it('end a list that leads into a circle', async () => {
    const { found } = await after((memory) => {
      memory.put(block.header + BigInt(block.layout.next), width, newer.header);
      memory.put(newer.header + BigInt(block.layout.prev), width, block.header);
    });
    expect(found.blocks.length).toBe(sound.blocks.length);
    const i = found.blocks.indexOf(Number(block.header));
    expect(found.blocks.listHead(i)).toBeGreaterThan(0);
    expect(damaged(found).length).toBeGreaterThan(0);
  });

  it('are freed and kept where the type says so; writing to them shows', async () => {
    const keep = (memory: PatchedMemory): PatchedMemory =>
      memory.put(block.header + BigInt(block.layout.use), 4, 0).fill(block.user, block.size, 0xdd);
    const { found } = await after(keep);
    expect(blockOf(found, (b) => b.header === block.header)).toMatchObject({ type: 'free', damage: 0 });
    const written = await after((memory) => keep(memory).put(block.user + 1n, 1, 0));
    expect(damaged(written.found)).toEqual([[block.header, Damage.freed]]);
  });

  it('need no list where the runtime does not track them', async () => {
    const { found } = await after((memory) => {
      const { layout, header } = block;
      memory.put(older.header + BigInt(layout.prev), width, newer.header);
      memory.put(newer.header + BigInt(layout.next), width, older.header);
      memory.put(header + BigInt(layout.next), width, 0).put(header + BigInt(layout.prev), width, 0);
      memory.put(header + BigInt(layout.use), 4, 3).put(header + BigInt(layout.request), 4, 0);
      memory.put(header + BigInt(layout.line), 4, 0xfedcbabc);
    });
    expect(damaged(found)).toEqual([]);
    expect(blockOf(found, (b) => b.header === block.header)).toMatchObject({ type: 'ignore', request: 0 });
  });

  it('tell the two orders of size and type on 32-bit apart', async () => {
    if (width === 8) return;
    const { found } = await after((memory) => {
      for (let i = 0; i < sound.blocks.length; i++) {
        const b = sound.blocks.at(i);
        if (b) memory.put(b.header + 0x10n, 4, b.use).put(b.header + 0x14n, 4, b.size);
      }
    });
    expect(found.blocks.length).toBe(sound.blocks.length);
    const layouts = new Set<string>();
    for (let i = 0; i < found.blocks.length; i++) layouts.add(found.blocks.at(i)?.layout.name ?? '');
    expect([...layouts]).toEqual(['ucrt']);
    expect([...found.blocks.columns.size]).toEqual([...sound.blocks.columns.size]);
    expect([...found.blocks.columns.use]).toEqual([...sound.blocks.columns.use]);
    expect(sound.blocks.at(0)?.layout.name).toBe('old');
  });

  it('hold aligned memory, which only _aligned_free may take', async () => {
    const aligned = (block.user + 0x4fn) & ~0x3fn;
    const { found, context, map, target } = await after((memory) => {
      memory.put(aligned - BigInt(2 * width), width, block.user).fill(aligned - BigInt(width), width, 0xed);
    });
    const b = blockOf(found, ({ header }) => header === block.header);
    expect(alignedPointer(target.memory, b)).toBe(aligned);
    expect(alignedPointer(target.memory, older)).toBeUndefined();
    const answer = await explainAddress(context, map, aligned, new Pace());
    expect(answer.place).toEqual({ kind: 'aligned start' });
    expect(answer.header?.aligned).toBe(aligned);
  });

  it('say where in them an address lies', async () => {
    const { context, map } = await after(() => undefined);
    const place = async (offset: number): Promise<unknown> =>
      (await explainAddress(context, map, block.user + BigInt(offset), new Pace())).place;
    expect(await place(0)).toEqual({ kind: 'start' });
    expect(await place(5)).toEqual({ kind: 'inside', offset: 5 });
    expect(await place(-1)).toEqual({ kind: 'gap before' });
    expect(await place(-block.layout.size)).toEqual({ kind: 'header' });
    expect(await place(block.size)).toEqual({ kind: 'gap after' });
  });
});

async function exeBlocks({ context, map }: OpenedCrt, name: string): Promise<HeapDebugBlocks> {
  const heap = BigInt(crtTruth(name).heaps.crt_exe ?? 0);
  const blocks = await debugBlocksOf(context, map, context.input.heaps.indexOf(heap), new Pace());
  if (!blocks) throw new Error('the heap is gone');
  return blocks;
}

function blockOf({ blocks }: HeapDebugBlocks, wanted: (block: DebugBlock) => boolean): DebugBlock {
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks.at(i);
    if (block && wanted(block)) return block;
  }
  throw new Error('no such block');
}
