/** Damaged images: whatever the bytes, an image is refused with BadFormat or every table of it is read in bounds and in time. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { BadFormat } from '../../core/errors/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { Pieces, buildImage } from '../pe/imageBuilder.ts';
import { seeded } from '../seeded.ts';

const EDGES = [0, 1, 0x7f, 0x80, 0xff];
const WORDS = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x1000, 0x40];

function mutate(original: Uint8Array, next: (below: number) => number): Uint8Array {
  const bytes = original.slice(0, next(8) === 0 ? next(original.length) : original.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // headers and the tables behind them are where counts and pointers are
  const reach = next(3) === 0 ? Math.min(0x400, bytes.length) : bytes.length;
  for (let i = 1 + next(12); i > 0 && reach > 4; i--) {
    const at = next(reach - 4);
    if (next(2) === 0) view.setUint32(at, WORDS[next(WORDS.length)] ?? 0, true);
    else bytes[at] = next(2) === 0 ? next(256) : (EDGES[next(EDGES.length)] ?? 0);
  }
  return bytes;
}

/** Reads all there is, and gives a figure that depends on it. */
function readAll(image: PeImage): number {
  image.versionResource();
  image.richHeader();
  let seen = image.exports().entries.length + image.resources().length + image.relocations().rvas.length;
  for (const dll of [...image.imports(), ...image.delayImports()]) seen += dll.entries.length;
  for (const entry of image.debugEntries) seen += image.debugData(entry)?.length ?? 0;
  seen += (image.tls?.callbacks.length ?? 0) + (image.loadConfig?.size ?? 0) + (image.codeView?.age ?? 0);
  for (const rva of [0, image.entryPoint, image.sizeOfImage, 0xffffffff]) {
    image.sectionAt(rva);
    image.fileOffsetToRva(image.rvaToFileOffset(rva) ?? rva);
    image.read(rva, 16);
    image.exports().nearest(rva);
  }
  expect(image.problems.length).toBeLessThan(200);
  return seen;
}

function attack(original: Uint8Array, rounds: number, seed: number): { refused: number; read: number } {
  const next = seeded(seed);
  const counts = { refused: 0, read: 0 };
  for (let i = 0; i < rounds; i++) {
    const bytes = mutate(original, next);
    for (const open of [
      () => PeImage.fromFile(new BufferSource(bytes)),
      () =>
        PeImage.fromMemory(
          { read: (rva, n) => bytes.subarray(Math.min(rva, bytes.length), Math.min(rva + n, bytes.length)) },
          bytes.length,
        ),
    ]) {
      let image: PeImage;
      try {
        image = open();
      } catch (e) {
        if (!(e instanceof BadFormat)) throw e;
        counts.refused++;
        continue;
      }
      readAll(image);
      counts.read++;
    }
  }
  return counts;
}

function sample(): Uint8Array {
  const content = new Pieces(0x1000)
    // exports
    .u32(0x1000, 0, 0, 0, 0x1100, 1, 3, 2, 0x1028, 0x1040, 0x1050)
    .u32(0x1028, 0x1010, 0x1120, 0x1020)
    .u32(0x1040, 0x1140, 0x1150)
    .u16(0x1050, 0, 1)
    .ascii(0x1100, 'SAMPLE.dll')
    .ascii(0x1120, 'OTHER.#12')
    .ascii(0x1140, 'Name')
    .ascii(0x1150, 'Forward')
    // imports, delayed and not
    .u32(0x1200, 0x1240, 0, 0, 0x1100, 0x1250, 0, 0, 0, 0, 0)
    .u32(0x1240, 0x1260, 0x80000003, 0)
    .u32(0x1250, 0x1260, 0x80000003, 0)
    .u16(0x1260, 1)
    .ascii(0x1262, 'Imported')
    .u32(0x1280, 1, 0x1100, 0x1300, 0x1250, 0x1240, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    // debug, TLS, load configuration, relocations
    .u32(0x1300, 0, 0, 0, 2, 0x20, 0x1320, 0x720)
    .u32(0x1320, 0x53445352, 1, 2, 3, 4, 1)
    .ascii(0x1338, 'a.pdb')
    .u32(0x1340, 0x10001000, 0x10001010, 0x10001300, 0x10001360, 0, 0)
    .u32(0x1360, 0x10001010, 0x10001020, 0)
    .u32(0x1380, 72)
    .u32(0x1400, 0x1000, 12)
    .u16(0x1408, 0x3010, 0x3020)
    // a version resource without strings
    .u16(0x150c, 0, 1)
    .u32(0x1510, 16, 0x80000018)
    .u16(0x1524, 0, 1)
    .u32(0x1528, 1, 0x80000030)
    .u16(0x153c, 0, 1)
    .u32(0x1540, 0x409, 0x50)
    .u32(0x1550, 0x1600, 92, 0, 0)
    .u16(0x1600, 92, 52, 0)
    .utf16(0x1606, 'VS_VERSION_INFO')
    .u32(0x1628, 0xfeef04bd);
  return buildImage({
    sections: [{ name: '.rdata', rva: 0x1000, virtualSize: 0x1000, data: content.data }],
    directories: {
      0: [0x1000, 0x160],
      1: [0x1200, 40],
      2: [0x1500, 0x200],
      5: [0x1400, 12],
      6: [0x1300, 28],
      9: [0x1340, 24],
      10: [0x1380, 72],
      13: [0x1280, 64],
    },
  });
}

describe('damaged PE images', () => {
  it('are refused or read, never a crash or a hang: an image with every table', () => {
    expect(readAll(PeImage.fromFile(new BufferSource(sample())))).toBeGreaterThan(20);
    const { refused, read } = attack(sample(), 3000, 1);
    expect(refused).toBeGreaterThan(10);
    expect(read).toBeGreaterThan(3000);
  });

  it.skipIf(!hasCorpus)('are refused or read, never a crash or a hang: a real DLL', () => {
    const file = new Uint8Array(readFileSync(corpusFile('lab/x86-dll-O0/RuntimeDll.dll')));
    expect(attack(file, 500, 2).read).toBeGreaterThan(500);
  });
});
