/** Tables of images made for the purpose: the forms that the corpus has not, and damage. */
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { type ImagePlan, Pieces, buildImage } from './imageBuilder.ts';

const RVA = 0x1000;
const pieces = (): Pieces => new Pieces(RVA);

function planOf(
  content: Pieces,
  directories: ImagePlan['directories'],
  more: Partial<ImagePlan> = {},
): ImagePlan {
  return { ...more, directories, sections: [{ name: '.rdata', rva: RVA, data: content.data }] };
}

const file = (...plan: Parameters<typeof planOf>): PeImage =>
  PeImage.fromFile(new BufferSource(buildImage(planOf(...plan))));

/** The same image as the loader maps it at `base`; pages in `holes` are missing. */
function memory(plan: ImagePlan, base: bigint, holes: readonly number[] = []): PeImage {
  const mapped = PeImage.fromFile(new BufferSource(buildImage(plan)));
  const size = mapped.sizeOfImage;
  return PeImage.fromMemory(
    {
      read(rva, length) {
        const hole = holes.find((h) => h + 0x1000 > rva) ?? size;
        return hole <= rva ? new Uint8Array(0) : mapped.readUpTo(rva, Math.min(length, hole - rva));
      },
    },
    size,
    base,
  );
}

describe('exports', () => {
  const content = pieces()
    .u32(0x1000, 0, 0x1234, 0, 0x1100, 5, 4, 3, 0x1028, 0x1040, 0x1050)
    .u32(0x1028, 0x2000, 0x1120, 0, 0x2010)
    .u32(0x1040, 0x1140, 0x1150, 0x1160)
    .u16(0x1050, 0, 1, 0)
    .ascii(0x1100, 'SAMPLE.dll')
    .ascii(0x1120, 'OTHER.#12')
    .ascii(0x1140, 'Alias')
    .ascii(0x1150, 'Forward')
    .ascii(0x1160, 'Zed');
  const exports = file(content, { 0: [0x1000, 0x180] }).exports();

  it('have names, ordinals with the base added, forwarders, and nameless ordinals; unused ones are left out', () => {
    expect(exports.dllName).toBe('SAMPLE.dll');
    expect(exports.entries).toEqual([
      { name: 'Alias', ordinal: 5, rva: 0x2000, forwarder: undefined },
      { name: 'Zed', ordinal: 5, rva: 0x2000, forwarder: undefined },
      { name: 'Forward', ordinal: 6, rva: 0x1120, forwarder: 'OTHER.#12' },
      { name: undefined, ordinal: 8, rva: 0x2010, forwarder: undefined },
    ]);
  });

  it('are found by name, by ordinal and by the nearest RVA; forwarders are no code', () => {
    expect(exports.byName('Zed')?.rva).toBe(0x2000);
    expect(exports.byName('zed')).toBeUndefined();
    expect(exports.byOrdinal(8)?.rva).toBe(0x2010);
    expect(exports.nearest(0x1fff)).toBeUndefined();
    expect(exports.nearest(0x200f)?.name).toBe('Alias');
    expect(exports.nearest(0x9999)?.ordinal).toBe(8);
    expect(exports.next(0x1000)?.name).toBe('Alias');
    expect(exports.next(0x2000)?.ordinal).toBe(8);
    expect(exports.next(0x2010)).toBeUndefined();
  });

  it('with wild counts give what is there and say so', () => {
    const wild = pieces().u32(0x1000, 0, 0, 0, 0x1100, 1, 0xffffffff, 0xffffffff, 0x1028, 0x1028, 0x1028);
    const image = file(wild.u32(0x1100, 0), { 0: [0x1000, 0xffffffff] });
    expect(image.exports().entries.length).toBeLessThan(0x1000);
    expect(image.problems.join()).toMatch(/export addresses: \d+ of 4294967295 are there/);
  });
});

describe('imports', () => {
  // one DLL with a lookup table, one without (Borland's linkers)
  const content = pieces()
    .u32(0x1000, 0x1080, 0, 0, 0x1100, 0x10a0)
    .u32(0x1014, 0, 0, 0, 0x1110, 0x10c0)
    .u32(0x1028, 0, 0, 0, 0, 0)
    .u32(0x1080, 0x1130, 0x80000011, 0)
    .u32(0x10a0, 0x77001234, 0x77005678, 0)
    .u32(0x10c0, 0x1140, 0)
    .ascii(0x1100, 'FIRST.dll')
    .ascii(0x1110, 'SECOND.dll')
    .u16(0x1130, 7)
    .ascii(0x1132, 'ByName')
    .u16(0x1140, 9)
    .ascii(0x1142, 'FromSlot');
  const directories = { 1: [0x1000, 60] } as const;

  it('come from the lookup table, or in a file from the slots', () => {
    const [first, second, ...rest] = file(content, directories).imports();
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ dll: 'FIRST.dll', namesFrom: 'lookup table', delayed: false });
    expect(first?.entries).toEqual([
      { name: 'ByName', hint: 7, slotRva: 0x10a0 },
      { ordinal: 0x11, slotRva: 0x10a4 },
    ]);
    expect(second).toMatchObject({ dll: 'SECOND.dll', namesFrom: 'address table' });
    expect(second?.entries).toEqual([{ name: 'FromSlot', hint: 9, slotRva: 0x10c0 }]);
  });

  it('in memory have no names where there is no lookup table: the slots hold addresses', () => {
    const image = memory(planOf(content, directories), 0x20000000n);
    const [first, second] = image.imports();
    expect(first?.entries[0]?.name).toBe('ByName');
    expect(second?.namesFrom).toBeUndefined();
    expect(second?.entries).toEqual([{ slotRva: 0x10c0 }]);
    expect(image.problems).toEqual(['imports: no lookup table, and the slots no longer hold names']);
  });

  it('whose tables are all one table stay bounded', () => {
    const wild = pieces();
    for (let i = 0; i < 3000; i++) wild.u32(0x1000 + 20 * i, 0x1000, 1, 1, 0x1000, 0x1000);
    const image = file(wild, { 1: [0x1000, 20] });
    const total = image.imports().reduce((sum, dll) => sum + dll.entries.length, 0);
    expect(total).toBeLessThanOrEqual(0x40000);
    expect(total).toBeGreaterThan(0x3f000);
    expect(image.problems).toContain('imports: a thunk table is cut short');
  });
});

describe('delay imports', () => {
  it('hold RVAs where the attributes say so', () => {
    const content = pieces()
      .u32(0x1000, 1, 0x1100, 0x1200, 0x10a0, 0x1080, 0, 0, 0)
      .u32(0x1020, 0, 0, 0, 0, 0, 0, 0, 0)
      .u64(0x1080, 0x1130n, 0x8000000000000003n, 0n)
      .ascii(0x1100, 'LATE.dll')
      .u16(0x1130, 1)
      .ascii(0x1132, 'Later')
      .u32(0x1200, 0);
    const [dll] = file(content, { 13: [0x1000, 64] }, { pe32plus: true }).delayImports();
    expect(dll).toMatchObject({ dll: 'LATE.dll', delayed: true, handleRva: 0x1200 });
    expect(dll?.entries).toEqual([
      { name: 'Later', hint: 1, slotRva: 0x10a0 },
      { ordinal: 3, slotRva: 0x10a8 },
    ]);
  });

  it.each([
    ['in a file', 0x10000000, undefined],
    ['in memory, relocated', 0x30000000, 0x30000000n],
  ])('hold addresses in the form of Visual C++ 6, %s', (_where, base, loadedAt) => {
    const at = (rva: number): number => base + rva;
    const content = pieces()
      .u32(0x1000, 0, at(0x1100), at(0x1200), at(0x10a0), at(0x1080), 0, 0, 0)
      .u32(0x1020, 0, 0, 0, 0, 0, 0, 0, 0)
      .u32(0x1080, at(0x1130), 0)
      .ascii(0x1100, 'LATE.dll')
      .u16(0x1130, 1)
      .ascii(0x1132, 'Later')
      .u32(0x1200, 0);
    const plan = planOf(content, { 13: [0x1000, 64] });
    const image =
      loadedAt === undefined ? PeImage.fromFile(new BufferSource(buildImage(plan))) : memory(plan, loadedAt);
    expect(image.delayImports()[0]?.entries).toEqual([{ name: 'Later', hint: 1, slotRva: 0x10a0 }]);
  });
});

describe('the TLS directory', () => {
  const content = pieces()
    .u64(0x1000, 0x7ff000001100n, 0x7ff000001140n, 0x7ff000001200n, 0x7ff000001040n)
    .u32(0x1020, 16, 0x300000)
    .u64(0x1040, 0x7ff000001180n, 0x123n, 0n)
    .u32(0x1200, 0);

  it('has callbacks as addresses and as RVAs; one that points elsewhere has no RVA', () => {
    const image = memory(planOf(content, { 9: [0x1000, 40] }, { pe32plus: true }), 0x7ff000000000n);
    expect(image.tls).toEqual({
      startOfRawData: 0x7ff000001100n,
      endOfRawData: 0x7ff000001140n,
      addressOfIndex: 0x7ff000001200n,
      indexRva: 0x1200,
      addressOfCallbacks: 0x7ff000001040n,
      sizeOfZeroFill: 16,
      characteristics: 0x300000,
      callbacks: [
        { address: 0x7ff000001180n, rva: 0x1180 },
        { address: 0x123n, rva: undefined },
      ],
    });
  });
});

describe('the load configuration', () => {
  it('has the fields that its Size covers, in the order of the bitness', () => {
    const narrow = pieces().u32(
      0x1000,
      72,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0x11,
      0x22,
      0,
      0,
      0x1003000,
      0x1003010,
      2,
    );
    const config = file(narrow.u32(0x1048, 0xdead), { 10: [0x1000, 64] }).loadConfig;
    expect([config?.get('ProcessHeapFlags'), config?.get('ProcessAffinityMask')]).toEqual([0x11n, 0x22n]);
    expect([config?.get('SecurityCookie'), config?.get('SEHandlerCount')]).toEqual([0x1003000n, 2n]);
    expect(config?.has('GuardCFCheckFunctionPointer')).toBe(false);

    const wide = pieces()
      .u32(0x1000, 0x94)
      .u64(0x1040, 0x22n)
      .u32(0x1048, 0x11)
      .u64(0x1058, 0x180003000n)
      .u32(0x1090, 0x10500, 0xffff);
    const guarded = file(wide, { 10: [0x1000, 0x94] }, { pe32plus: true }).loadConfig;
    expect([guarded?.get('ProcessHeapFlags'), guarded?.get('ProcessAffinityMask')]).toEqual([0x11n, 0x22n]);
    expect([guarded?.get('SecurityCookie'), guarded?.get('GuardFlags')]).toEqual([0x180003000n, 0x10500n]);
    expect(guarded?.has('CodeIntegrityFlags')).toBe(false);
  });
});

describe('the debug directory', () => {
  it('names an NB10 record, and data that only the file has', () => {
    const content = pieces()
      .u32(0x1000, 0, 0x3b7d8412, 0, 4, 0x110, 0, 0x77a00)
      .u32(0x101c, 0, 0x3b7d8412, 0, 2, 0x1d, 0x1100, 0x500)
      .u32(0x1038, 0, 0, 0, 16, 0, 0, 0)
      .u32(0x1054, 0, 0, 0, 77, 0, 0, 0)
      .u32(0x1100, 0x3031424e, 0, 0x3b7d8412, 3)
      .ascii(0x1110, 'old\\name.pdb');
    const image = file(content, { 6: [0x1000, 4 * 28] });
    expect(image.debugEntries.map((d) => d.typeName)).toEqual(['MISC', 'CODEVIEW', 'REPRO', '77']);
    expect(image.codeView).toEqual({ kind: 'nb10', signature: 0x3b7d8412, age: 3, pdb: 'old\\name.pdb' });
    expect(image.reproducible).toBe(true);
    const [misc] = image.debugEntries;
    expect(misc && image.debugData(misc)).toBeUndefined();
  });
});

describe('the version resource', () => {
  /** A block of VS_VERSIONINFO: lengths are filled in. */
  function block(key: string, value: Uint8Array, isText: boolean, children: Uint8Array[] = []): Uint8Array {
    const head = new Pieces(0)
      .u16(0, 0, isText ? value.length / 2 : value.length, isText ? 1 : 0)
      .utf16(6, key);
    const pad = (n: number): number => Math.ceil(n / 4) * 4;
    let end = head.data.length;
    for (const part of [value, ...children].filter((p) => p.length > 0)) {
      head.put(pad(end), part);
      end = head.data.length;
    }
    return head.u16(0, end).data;
  }
  const utf16 = (text: string): Uint8Array => new Pieces(0).utf16(0, text).data;
  const fixed = new Pieces(0).u32(
    0,
    0xfeef04bd,
    0x10000,
    0x60001,
    0x1db14abb,
    0x60002,
    0x1db1,
    0x3f,
    1,
    0x40004,
    2,
    0,
    0,
    0,
  );
  const version = (company: string): Uint8Array =>
    block('VS_VERSION_INFO', fixed.data, false, [
      block('StringFileInfo', new Uint8Array(0), true, [
        block('040904b0', new Uint8Array(0), true, [
          block('CompanyName', utf16(company), true),
          block('FileVersion', utf16('6.1'), true),
        ]),
      ]),
      block('VarFileInfo', new Uint8Array(0), true, [
        block('Translation', new Pieces(0).u16(0, 0x409, 0x4b0).data, false),
      ]),
    ]);
  const content = (english: number): Pieces => {
    const german = version('Firma');
    const american = version('Company');
    return pieces()
      .u16(0x1000 + 12, 0, 1)
      .u32(0x1010, 16, 0x80000018)
      .u16(0x1018 + 12, 0, 1)
      .u32(0x1028, 1, 0x80000030)
      .u16(0x1030 + 12, 0, 2)
      .u32(0x1040, 0x407, 0x50, english, 0x60)
      .u32(0x1050, 0x1100, german.length, 0, 0)
      .u32(0x1060, 0x1400, american.length, 0, 0)
      .put(0x1100, german)
      .put(0x1400, american);
  };

  it('has numbers, strings and translations, in English where there is a choice', () => {
    const resource = file(content(0x409), { 2: [0x1000, 0x800] }).versionResource();
    expect(resource?.fixed).toMatchObject({
      fileVersion: [6, 1, 7601, 19131],
      productVersion: [6, 2, 0, 7601],
      flagsMask: 0x3f,
      flags: 1,
      os: 0x40004,
      type: 2,
    });
    expect(resource?.tables.map((t) => [t.language, t.codePage, ...t.strings])).toEqual([
      [0x409, 0x4b0, ['CompanyName', 'Company'], ['FileVersion', '6.1']],
    ]);
    expect(resource?.translations).toEqual([{ language: 0x409, codePage: 0x4b0 }]);
    expect(
      file(content(0x411), { 2: [0x1000, 0x800] })
        .versionResource()
        ?.tables[0]?.strings.get('CompanyName'),
    ).toBe('Firma');
  });

  it('is not found, and the walk ends, where a directory is its own child', () => {
    const cyclic = pieces().u16(0x100c, 0, 1).u32(0x1010, 16, 0x80000000).u32(0x1018, 0, 0);
    const image = file(cyclic, { 2: [0x1000, 0x100] });
    expect(image.versionResource()).toBeUndefined();
    expect(image.problems).toEqual(['resources: a directory is its own descendant']);
  });
});

describe('base relocations', () => {
  it('leave out padding and take two entries for HIGHADJ', () => {
    const content = pieces()
      .u32(0x1000, 0x5000, 18)
      .u16(0x1008, 0x3010, 0x4020, 0x3777, 0xa030, 0)
      .u32(0x1012, 0x6000, 4);
    const image = file(content, { 5: [0x1000, 0x20] });
    expect([...image.relocations().rvas]).toEqual([0x5010, 0x5020, 0x5030]);
    expect([...image.relocations().types]).toEqual([3, 4, 10]);
    expect(image.problems).toEqual(['base relocations are cut short']);
  });
});
