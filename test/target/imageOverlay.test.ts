import { describe, expect, it } from 'vitest';
import { hasCorpus, wineImages } from '../corpus.ts';
import { imagesIn, labFolder, openCorpusDump } from '../openCorpus.ts';

/**
 * A dump with all memory says what an image looks like once it is loaded. The same process' small dump, with the
 * image files laid under it, must read the same wherever no code has written: that checks sections, relocation and the
 * hole for the import address table against a truth we did not make.
 */
describe.skipIf(!hasCorpus)('image files under a small dump', () => {
  it.each([
    ['x86-static-O0', 'x86'],
    ['x64-dll-O0', 'x64'],
  ] as const)('%s: read as the loaded image does', (name, arch) => {
    const full = openCorpusDump(`lab/${name}/full.dmp.gz`);
    const small = openCorpusDump(
      `lab/${name}/normal.dmp.gz`,
      imagesIn([labFolder(name), ...wineImages(arch)]),
    );
    let compared = 0;
    let relocated = 0;
    const differing: string[] = [];
    for (const module of full.modules) {
      const image = module.image;
      if (!image) continue;
      for (const section of image.sections) {
        if (section.characteristics & 0x80000000) continue; // writable: never filled from a file
        for (
          let rva = section.virtualAddress;
          rva + 16 <= section.virtualAddress + section.virtualSize;
          rva += 16
        ) {
          const at = module.base + BigInt(rva);
          if (
            small.memory.origin(at) !== 'image' ||
            small.memory.available(at, 16) < 16 ||
            full.memory.available(at, 16) < 16
          )
            continue;
          const [a, b] = [full.memory.read(at, 16), small.memory.read(at, 16)];
          compared++;
          if (a.some((byte, i) => byte !== b[i])) differing.push(`${module.name}+${rva.toString(16)}`);
        }
      }
      if (image.imageBase !== module.base || module.fileName.startsWith('Runtime')) relocated++;
    }
    expect(compared).toBeGreaterThan(50_000);
    expect(relocated).toBeGreaterThan(0);
    // Wine clears one entry of kernel32's export table when it loads it; a difference anywhere else is ours
    expect(differing.filter((at) => at !== 'kernel32+3e630')).toEqual([]);
  });

  it('leaves the import address table and writable sections to the dump', () => {
    const small = openCorpusDump(
      'lab/x64-dll-O0/normal.dmp.gz',
      imagesIn([labFolder('x64-dll-O0'), ...wineImages('x64')]),
    );
    const exe = small.modules.at(0);
    const iat = exe?.image?.directories[12];
    expect(exe?.name).toBe('RuntimeTest');
    if (!exe || !iat) throw new Error('the executable has an import address table');
    expect(small.memory.origin(exe.base + BigInt(iat.rva))).toBeUndefined();
    expect(small.memory.origin(exe.base + BigInt(iat.rva) - 1n)).toBe('image');
  });
});
