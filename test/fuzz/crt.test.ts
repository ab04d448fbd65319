import { describe, expect, it } from 'vitest';
import { Pace } from '../../core/commands/index.ts';
import { FreedArguments } from '../../core/crt/code/freedArgument.ts';
import { heapSlots } from '../../core/crt/heapHandle.ts';
import { ImportSlots } from '../../core/crt/importSlots.ts';
import {
  type CrtContext,
  type CrtMap,
  debugBlocksOf,
  debugHeaps,
  explainAddress,
} from '../../core/crt/index.ts';
import type { Module } from '../../core/target/index.ts';
import { hasCorpus } from '../corpus.ts';
import { crtTruth, openLab, openTargetCrt } from '../crt/labCrt.ts';
import { PatchedMemory } from '../crt/patchedMemory.ts';

const ROUNDS = 24;

/** Follows code from anywhere, whatever the mutations have made of it. */
function readFrees(
  context: CrtContext,
  map: CrtMap,
  module: Module,
  random: (below: number) => number,
): void {
  const { memory, modules } = context.target;
  const disassembler = context.disassembler(context.machineOf(module));
  if (!module.image || !disassembler) return;
  const reader = new FreedArguments({
    memory,
    disassembler,
    pointerSize: module.image.pointerSize,
    slots: heapSlots(new ImportSlots(module, module.image, memory, modules)),
    handle: Number(map.of(module)?.runtime?.handle?.variable ?? 0n),
    isProcessHeap: true,
  });
  for (let i = 0; i < 20; i++) reader.read(Number(module.base) + random(module.size));
}

/** Bytes of headers, import tables, code and heaps are changed at random: nothing throws, nothing runs on. */
describe.skipIf(!hasCorpus)('damaged C runtimes', () => {
  it.each(['x86-static-O0', 'x64-static-O0'])('%s', async (name) => {
    const { target } = await openLab(name, 'privrw', false);
    const heaps = Object.entries(crtTruth(name).heaps).filter(([role]) => role.startsWith('crt'));
    const image = target.modules.byName('RuntimeDll');
    let seed = 12345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < ROUNDS; round++) {
      const { target: patched, memory } = PatchedMemory.of(target);
      for (let i = 0; i < 200; i++) {
        const inImage = round % 2 === 0 && image;
        const [, heap = '0'] = heaps[random(heaps.length)] ?? [];
        const start = inImage ? Number(image.base) : Number(heap);
        memory.put(start + random(inImage ? image.size : 0x8000), 1, random(256));
      }
      const { context, map } = await openTargetCrt(patched);
      let blocks = 0;
      for (const i of debugHeaps(context, map)) {
        blocks += (await debugBlocksOf(context, map, i, new Pace()))?.blocks.length ?? 0;
      }
      for (let i = 0; i < 20; i++) {
        const [, heap = '0'] = heaps[i % heaps.length] ?? [];
        await explainAddress(context, map, BigInt(heap) + BigInt(random(0x8000)), new Pace());
      }
      if (round % 2 === 0 && image) readFrees(context, map, image, random);
      expect(blocks).toBeLessThan(100_000);
    }
  });
});
