import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { BadFormat } from '../../core/errors/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { LFANEW, buildImage } from './imageBuilder.ts';

const bytes = (n: number, value: number): Uint8Array => new Uint8Array(n).fill(value);
const TWO_SECTIONS = {
  sections: [
    { name: '.text', rva: 0x1000, virtualSize: 0x123, data: bytes(0x123, 0xcc) },
    // 0x200 bytes in the file, two and a half pages in memory
    { name: '.data', rva: 0x2000, virtualSize: 0x2800, data: bytes(0x200, 0xdd) },
  ],
};
const fromFile = (file: Uint8Array): PeImage => PeImage.fromFile(new BufferSource(file));

describe('an image file read by RVA', () => {
  const image = fromFile(buildImage(TWO_SECTIONS));

  it('converts RVAs of headers and sections to file offsets and back', () => {
    for (const [rva, offset] of [
      [0, 0],
      [0x3ff, 0x3ff],
      [0x1000, 0x400],
      [0x1123, 0x523],
      [0x2000, 0x600],
      [0x21ff, 0x7ff],
    ] as const) {
      expect(image.rvaToFileOffset(rva)).toBe(offset);
      expect(image.fileOffsetToRva(offset)).toBe(rva);
    }
  });

  it('has no file offset for zero-filled bytes, between sections and past the end', () => {
    for (const rva of [0x400, 0xfff, 0x1200, 0x2200, 0x47ff, 0x5000, 0xffffffff]) {
      expect(image.rvaToFileOffset(rva), rva.toString(16)).toBeUndefined();
    }
    expect(image.fileOffsetToRva(0x800)).toBeUndefined();
  });

  it('finds sections by VirtualSize', () => {
    expect(image.sectionAt(0x1122)?.name).toBe('.text');
    expect(image.sectionAt(0x1123)).toBeUndefined();
    expect(image.sectionAt(0x47ff)?.name).toBe('.data');
    expect(image.sectionAt(0x4800)).toBeUndefined();
    expect(image.sectionAt(0x80)).toBeUndefined();
  });

  it('reads what the loader would put there: zeros behind the bytes of the file', () => {
    expect(image.read(0x21fe, 4)).toEqual(Uint8Array.of(0xdd, 0xdd, 0, 0));
    expect(image.read(0x47fe, 2)).toEqual(Uint8Array.of(0, 0));
    // pages are whole; the next one is not there
    expect(image.read(0x4ffe, 3)).toBeUndefined();
  });

  it('reads on from one section into the next where pages touch', () => {
    expect(image.read(0x1fff, 2)).toEqual(Uint8Array.of(0, 0xdd));
  });

  it('has holes where a cut file lacks bytes, and no zeros', () => {
    const cut = fromFile(buildImage(TWO_SECTIONS).subarray(0, 0x700));
    expect(cut.readUpTo(0x2000, 0x200).length).toBe(0x100);
    expect(cut.read(0x2100, 1)).toBeUndefined();
    expect(cut.read(0x2200, 1)).toEqual(Uint8Array.of(0));
  });

  it('rounds PointerToRawData down to a sector, as the loader does', () => {
    const odd = fromFile(
      buildImage({ sections: [{ name: '.text', rva: 0x1000, data: bytes(0x200, 0xcc), rawOffset: 0x410 }] }),
    );
    expect(odd.rvaToFileOffset(0x1000)).toBe(0x400);
    expect(odd.read(0x1010, 1)).toEqual(Uint8Array.of(0xcc));
  });
});

describe('what is no PE image', () => {
  const good = buildImage(TWO_SECTIONS);
  const changed = (offset: number, ...values: number[]): Uint8Array => {
    const copy = good.slice();
    copy.set(values, offset);
    return copy;
  };

  it.each([
    ['empty', new Uint8Array(0), /no MZ/],
    ['without MZ', changed(0, 0x5a, 0x4d), /no MZ/],
    ['cut in the DOS header', good.subarray(0, 63), /no MZ/],
    [
      'with e_lfanew past the end',
      changed(0x3c, 0xff, 0xff, 0xff, 0xff),
      /no PE signature at offset 0xffffffff/,
    ],
    ['an NE image', changed(LFANEW, 0x4e, 0x45), /no PE signature/],
    ['with a ROM header', changed(LFANEW + 24, 0x07, 0x01), /magic is 0x107/],
    ['cut in the optional header', good.subarray(0, LFANEW + 24 + 95), /cut short/],
  ])('is told: %s', (_what, file, message) => {
    expect(() => fromFile(file)).toThrow(BadFormat);
    expect(() => fromFile(file)).toThrow(message);
  });

  it('is read as far as it goes when only the section table is cut', () => {
    const image = fromFile(good.subarray(0, LFANEW + 24 + 224 + 50));
    expect(image.sections.map((s) => s.name)).toEqual(['.text']);
    expect(image.problems).toEqual(['section table is cut short after 1 of 2 sections']);
  });
});
