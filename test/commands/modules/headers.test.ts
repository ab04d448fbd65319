/** !dh and !lmi: the layout against published listings of WinDbg. */
import { describe, expect, it } from 'vitest';
import { LFANEW, Pieces, buildImage } from '../../pe/imageBuilder.ts';
import { fakeSymbols, fakeTarget } from './fakeTarget.ts';
import { run, sessionOf } from './moduleSession.ts';

const BASE = 0x7ff63f030000n;

/** The headers of notepad.exe 10.0.16299.15 as a published listing of !dh has them. */
function notepad(): Uint8Array {
  const debug = new Pieces(0x1a000)
    .u32(0x1e370, 0, 0xa0c4ceab, 0, 2, 0x24, 0x1e7cc, 0x1dbcc)
    .u32(0x1e38c, 0, 0xa0c4ceab, 0, 13, 0x2c0, 0x1e7f0, 0x1dbf0)
    .u32(0x1e3a8, 0, 0xa0c4ceab, 0, 16, 0, 0, 0)
    .u32(0x1e7cc, 0x53445352, 0x33221100, 0x77665544, 0xbbaa9988, 0xffeeddcc, 1)
    .ascii(0x1e7e4, 'notepad.pdb');
  const file = buildImage({
    pe32plus: true,
    imageBase: BASE,
    entryPoint: 0x193e0,
    sections: [
      {
        name: '.text',
        rva: 0x1000,
        virtualSize: 0x18fce,
        data: new Uint8Array(0x19000),
        characteristics: 0x60000020,
      },
      { name: '.rdata', rva: 0x1a000, virtualSize: 0x7602, data: debug.put(0x217ff, new Uint8Array(1)).data },
      {
        name: '.reloc',
        rva: 0x40000,
        virtualSize: 0x21c,
        data: new Uint8Array(0x400),
        characteristics: 0x42000040,
      },
    ],
    directories: { 1: [0x1f4d8, 0x244], 6: [0x1e370, 0x54] },
  });
  const view = new DataView(file.buffer);
  const optional = LFANEW + 24;
  view.setUint32(LFANEW + 8, 0xa0c4ceab, true);
  view.setUint16(LFANEW + 22, 0x22, true);
  view.setUint8(optional + 2, 14);
  view.setUint8(optional + 3, 10);
  for (const [offset, value] of [
    [4, 0x19000],
    [8, 0x25200],
    [20, 0x1000],
    [64, 0x4ac7b],
    [72, 0x80000],
    [80, 0x11000],
    [88, 0x100000],
    [96, 0x1000],
  ] as const) {
    view.setUint32(optional + offset, value, true);
  }
  for (const offset of [40, 44, 48]) view.setUint16(optional + offset, 10, true);
  view.setUint16(optional + 68, 2, true);
  view.setUint16(optional + 70, 0xc160, true);
  return loaded(file, 0x41000);
}

/** A file's sections at their RVAs. */
function loaded(file: Uint8Array, size: number): Uint8Array {
  const memory = new Uint8Array(size);
  memory.set(file.subarray(0, 0x400));
  const view = new DataView(file.buffer);
  const table = LFANEW + 24 + view.getUint16(LFANEW + 20, true);
  for (let i = 0; i < view.getUint16(LFANEW + 6, true); i++) {
    const at = table + 40 * i;
    const raw = view.getUint32(at + 20, true);
    const bytes = file.subarray(raw, raw + view.getUint32(at + 16, true));
    memory.set(bytes.subarray(0, size - view.getUint32(at + 12, true)), view.getUint32(at + 12, true));
  }
  return memory;
}

const session = sessionOf(
  fakeTarget('x64', [
    { name: 'notepad', base: BASE, end: BASE + 0x41000n, path: 'notepad.exe', bytes: notepad() },
  ]),
  fakeSymbols({ notepad: { status: 'pdb', file: 'c:\\symbols\\notepad.pdb' } }),
);

describe('!dh', () => {
  it('-f prints headers and directories as published', async () => {
    const { lines } = await run(session, '!dh -f notepad');
    expect(lines.slice(0, 55)).toEqual([
      '',
      'File Type: EXECUTABLE IMAGE',
      'FILE HEADER VALUES',
      '    8664 machine (X64)',
      '       3 number of sections',
      'A0C4CEAB time date stamp (reproducible build file hash)',
      '',
      '       0 file pointer to symbol table',
      '       0 number of symbols',
      '      F0 size of optional header',
      '      22 characteristics',
      '            Executable',
      '            App can handle >2gb addresses',
      '',
      'OPTIONAL HEADER VALUES',
      '     20B magic #',
      '   14.10 linker version',
      '   19000 size of code',
      '   25200 size of initialized data',
      '       0 size of uninitialized data',
      '   193E0 address of entry point',
      '    1000 base of code',
      '         ----- new -----',
      '00007ff63f030000 image base',
      '    1000 section alignment',
      '     200 file alignment',
      '       2 subsystem (Windows GUI)',
      '   10.00 operating system version',
      '   10.00 image version',
      '   10.00 subsystem version',
      '   41000 size of image',
      '     400 size of headers',
      '   4AC7B checksum',
      '0000000000080000 size of stack reserve',
      '0000000000011000 size of stack commit',
      '0000000000100000 size of heap reserve',
      '0000000000001000 size of heap commit',
      '    C160  DLL characteristics',
      '            High entropy VA supported',
      '            Dynamic base',
      '            NX compatible',
      '            Guard',
      '            Terminal server aware',
      '       0 [       0] address [size] of Export Directory',
      '   1F4D8 [     244] address [size] of Import Directory',
      '       0 [       0] address [size] of Resource Directory',
      '       0 [       0] address [size] of Exception Directory',
      '       0 [       0] address [size] of Security Directory',
      '       0 [       0] address [size] of Base Relocation Directory',
      '   1E370 [      54] address [size] of Debug Directory',
      '       0 [       0] address [size] of Description Directory',
      '       0 [       0] address [size] of Special Directory',
      '       0 [       0] address [size] of Thread Storage Directory',
      '       0 [       0] address [size] of Load Configuration Directory',
      '       0 [       0] address [size] of Bound Import Directory',
    ]);
  });

  it('-s prints sections as published, and the debug directory behind the section that holds it', async () => {
    const { lines } = await run(session, `!dh ${BASE.toString(16)} -s`);
    expect(lines).toEqual([
      '',
      'SECTION HEADER #1',
      '   .text name',
      '   18FCE virtual size',
      '    1000 virtual address',
      '   19000 size of raw data',
      '     400 file pointer to raw data',
      '       0 file pointer to relocation table',
      '       0 file pointer to line numbers',
      '       0 number of relocations',
      '       0 number of line numbers',
      '60000020 flags',
      '         Code',
      '         (no align specified)',
      '         Execute Read',
      '',
      'SECTION HEADER #2',
      '  .rdata name',
      '    7602 virtual size',
      '   1A000 virtual address',
      '    7800 size of raw data',
      '   19400 file pointer to raw data',
      '       0 file pointer to relocation table',
      '       0 file pointer to line numbers',
      '       0 number of relocations',
      '       0 number of line numbers',
      '40000040 flags',
      '         Initialized Data',
      '         (no align specified)',
      '         Read Only',
      '',
      '',
      'Debug Directories(3)',
      '\tType       Size     Address  Pointer',
      // published listings have the word "guid" here
      '\tcv           24       1e7cc    1dbcc\tFormat: RSDS, {33221100-5544-7766-8899-AABBCCDDEEFF}, 1, notepad.pdb',
      '\t(    13)     2c0       1e7f0    1dbf0',
      '\t(    16)       0           0        0',
      '',
      'SECTION HEADER #3',
      '  .reloc name',
      '     21C virtual size',
      '   40000 virtual address',
      '     400 size of raw data',
      '   20C00 file pointer to raw data',
      '       0 file pointer to relocation table',
      '       0 file pointer to line numbers',
      '       0 number of relocations',
      '       0 number of line numbers',
      '42000040 flags',
      '         Initialized Data',
      '         Discardable',
      '         (no align specified)',
      '         Read Only',
      '',
    ]);
  });

  it('gives the headers by the names that Windows gives them', async () => {
    const { data } = await run(session, '!dh notepad');
    expect(data).toMatchObject({
      module: 'notepad',
      base: '0x7ff63f030000',
      fileHeader: { Machine: 0x8664, TimeDateStamp: 0xa0c4ceab },
      optionalHeader: { ImageBase: '0x7ff63f030000', CheckSum: 0x4ac7b, SizeOfStackReserve: '0x80000' },
      sections: [{ name: '.text' }, { name: '.rdata' }, { name: '.reloc' }],
      problems: [],
    });
  });

  it('refuses what it does not know', async () => {
    await expect(run(session, '!dh -q notepad')).rejects.toThrow('!dh has no option -q');
    await expect(run(session, '!dh')).rejects.toThrow('which module?');
    await expect(run(session, '!dh 1000')).rejects.toThrow('there is no image at 0x1000');
  });
});

describe('!lmi', () => {
  it('prints the columns of published listings', async () => {
    const { lines } = await run(session, '!lmi notepad');
    expect(lines).toEqual([
      'Loaded Module Info: [notepad] ',
      '         Module: notepad',
      '   Base Address: 00007ff63f030000',
      '     Image Name: notepad.exe',
      '   Machine Type: 34404 (X64)',
      '     Time Stamp: a0c4ceab (This is a reproducible build file hash, not a true timestamp)',
      '           Size: 41000',
      '       CheckSum: 4ac7b',
      'Characteristics: 22  ',
      'Debug Data Dirs: Type  Size     VA  Pointer',
      '             CODEVIEW    24, 1e7cc,   1dbcc RSDS - GUID: {33221100-5544-7766-8899-AABBCCDDEEFF}',
      '               Age: 1, Pdb: notepad.pdb',
      '                 POGO   2c0, 1e7f0,   1dbf0 ',
      '                REPRO     0,     0,       0 Reproducible build',
      '     Image Type: MEMORY   - Image read successfully from loaded memory.',
      '    Symbol Type: DEFERRED - No error - symbol load deferred',
      '    Load Report: no symbols loaded',
    ]);
  });

  it('takes an address, names the symbols once they are loaded, and says what is missing', async () => {
    const module = session.target.modules.at(0);
    if (module) session.symbols.of(module);
    const { lines, data } = await run(session, '!lmi notepad+1234');
    expect(lines[0]).toBe('Loaded Module Info: [notepad+1234] ');
    expect(lines.slice(-4)).toEqual([
      '    Symbol Type: PDB      - Symbols loaded successfully from symbol search path.',
      '                 c:\\symbols\\notepad.pdb',
      '    Load Report: public symbols',
      '                 c:\\symbols\\notepad.pdb',
    ]);
    expect(data).toMatchObject({
      symbols: 'pdb',
      imageFrom: 'dump',
      codeView: { age: 1, pdb: 'notepad.pdb' },
    });
    const bare = sessionOf(fakeTarget('x86', [{ name: 'gone', base: 0x1000n, end: 0x2000n }]));
    expect((await run(bare, '!lmi gone')).lines).toContain(
      '     Image Type: NONE     - Image is neither in the dump nor on the image path.',
    );
    await expect(run(bare, '!dh gone')).rejects.toThrow('the headers of gone.dll are not in the dump');
  });
});
