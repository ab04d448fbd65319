import { describe, expect, it } from 'vitest';
import { Pace } from '../../core/commands/index.ts';
import { debugBlocksOf, debugHeaps, explainAddress } from '../../core/crt/index.ts';
import { hasCorpus } from '../corpus.ts';
import { crtTruth, openLab, openTargetCrt } from '../crt/labCrt.ts';
import { PatchedMemory } from '../crt/patchedMemory.ts';

const ROUNDS = 24;

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
      expect(blocks).toBeLessThan(100_000);
    }
  });
});
