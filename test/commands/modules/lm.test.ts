import { beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../../core/commands/index.ts';
import { openEngine, runLine } from '../runLine.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { dumpModules } from '../../pe/dumpImages.ts';
import { type FakeModule, fakeSymbols, fakeTarget } from './fakeTarget.ts';
import { openSession, run, sessionOf } from './moduleSession.ts';

const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trimEnd());

/** Loads symbols for the named modules, as use of them would. */
function load(session: Session, ...names: string[]): void {
  for (const name of names) {
    const module = session.target.modules.byName(name);
    if (module) session.symbols.of(module);
  }
}

// the modules of the debugger documentation's sample for lm
const DOCS: readonly FakeModule[] = [
  { name: 'ntdll', base: 0x7c900000n, end: 0x7c9b0000n },
  { name: 'stst', base: 0x1000000n, end: 0x100d000n, path: 'C:\\test\\stst.exe' },
  { name: 'msvcrt', base: 0x77c10000n, end: 0x77c68000n },
  { name: 'kernel32', base: 0x7c800000n, end: 0x7c8f4000n },
];

describe('lm on x86', () => {
  const symbols = fakeSymbols({
    ntdll: { status: 'pdb', private: true, file: 'c:\\db20sym\\ntdll.pdb' },
    kernel32: { status: 'export' },
  });
  const unloaded = [{ start: 0xf9f53000n, end: 0xf9f61000n, name: 'swmidi.sys', timestamp: 0, checksum: 0 }];
  const session = sessionOf(fakeTarget('x86', DOCS, { unloaded }), symbols);
  load(session, 'ntdll');

  it('prints the columns of the documented sample, by rising address', async () => {
    expect(trimmed((await run(session, 'lm')).lines)).toEqual([
      'start    end        module name',
      '01000000 0100d000   stst       (deferred)',
      '77c10000 77c68000   msvcrt     (deferred)',
      '7c800000 7c8f4000   kernel32   (deferred)',
      '7c900000 7c9b0000   ntdll      (private pdb symbols)  c:\\db20sym\\ntdll.pdb',
      '',
      'Unloaded modules:',
      'f9f53000 f9f61000   swmidi.sys',
    ]);
  });

  it('gives the data of the contract', async () => {
    const { data } = await run(session, 'lm m ntdll');
    expect(data).toEqual({
      modules: [
        {
          start: '0x7c900000',
          end: '0x7c9b0000',
          name: 'ntdll',
          image: 'ntdll.dll',
          timestamp: 1,
          checksum: 1,
          version: undefined,
          symbols: 'pdb',
          symbolFile: 'c:\\db20sym\\ntdll.pdb',
        },
      ],
      unloaded: [],
    });
  });

  it.each([
    ['lm m s*', ['stst', 'swmidi.sys']],
    ['lmm s*', ['stst', 'swmidi.sys']],
    ['lmom s*', ['stst']],
    ['lm M *test*', ['stst']],
    ['lma 77c10000', ['msvcrt']],
    ['lm a (77c10000+57fff)', ['msvcrt']],
    ['lm a kernel32 o', ['kernel32']],
    ['lma 77c68000', []],
    ['lml', ['ntdll']],
    ['lm e', []],
    ['lmsmo', ['kernel32', 'msvcrt', 'ntdll', 'stst']],
    ['lm sm o', ['kernel32', 'msvcrt', 'ntdll', 'stst']],
  ])('%s lists %j', async (line, names) => {
    const { lines } = await run(session, line);
    const found = lines.flatMap((text) => /^[0-9a-f]{8} [0-9a-f]{8} {3}(\S+)/.exec(text)?.[1] ?? []);
    expect(found).toEqual(names);
  });

  it('prints names alone for .foreach', async () => {
    expect((await run(session, 'lm1m')).lines).toEqual(['stst', 'msvcrt', 'kernel32', 'ntdll']);
    expect((await run(session, 'lm1m m *t*')).lines).toEqual(['stst', 'msvcrt', 'ntdll']);
  });

  it('refuses what it does not know', async () => {
    await expect(run(session, 'lmz')).rejects.toThrow("lm has no option 'z'");
    await expect(run(session, 'lmvm')).rejects.toThrow('needs a pattern');
  });
});

describe('lm on x64', () => {
  const modules: readonly FakeModule[] = [
    { name: 'KERNEL32', base: 0x7fff4e0b0000n, end: 0x7fff4e16f000n },
    { name: 'ntdll', base: 0x7fff4e390000n, end: 0x7fff4e588000n },
    { name: 'combase', base: 0x7ff95c820000n, end: 0x7ff95cb75000n, checksum: 0 },
  ];
  const pdb = 'c:\\symbols\\ntdll.pdb\\58AEFA7324FBDABAC35C72BBE3794AE51\\ntdll.pdb';
  const session = sessionOf(
    fakeTarget('x64', modules),
    fakeSymbols({
      ntdll: { status: 'pdb', file: pdb },
      combase: { status: 'pdb', private: true, file: 'x.pdb' },
    }),
  );

  it('prints the columns of a real listing, with marks before the status', async () => {
    load(session, 'ntdll', 'combase');
    expect((await run(session, 'lm')).lines).toEqual([
      'start             end                 module name',
      '00007ff9`5c820000 00007ff9`5cb75000   combase  C (private pdb symbols)  x.pdb',
      '00007fff`4e0b0000 00007fff`4e16f000   KERNEL32   (deferred)             ',
      `00007fff\`4e390000 00007fff\`4e588000   ntdll      (pdb symbols)          ${pdb}`,
    ]);
    expect((await run(session, 'lme')).lines.length).toBe(2);
  });
});

describe('lmv', () => {
  it('prints the details of a real listing: dated, without a version', async () => {
    const session = sessionOf(
      fakeTarget('x64', [
        {
          name: 'maxxaudiocapture64',
          base: 0x7ff822e80000n,
          end: 0x7ff8269ed000n,
          path: 'C:\\Windows\\System32\\maxxaudiocapture64.dll',
          timestamp: 0x603f511b,
          checksum: 0x3bf02f6,
        },
      ]),
      fakeSymbols({ maxxaudiocapture64: { status: 'export' } }),
    );
    load(session, 'maxxaudiocapture64');
    expect(trimmed((await run(session, 'lmvm maxx*')).lines)).toEqual([
      'start             end                 module name',
      '00007ff8`22e80000 00007ff8`269ed000   maxxaudiocapture64   (export symbols)       maxxaudiocapture64.dll',
      '    Loaded symbol image file: maxxaudiocapture64.dll',
      '    Image path: C:\\Windows\\System32\\maxxaudiocapture64.dll',
      '    Image name: maxxaudiocapture64.dll',
      // the machine of the published listing was eight hours ahead of UTC
      '    Timestamp:        Wed Mar  3 09:04:27 2021 (603F511B)',
      '    CheckSum:         03BF02F6',
      '    ImageSize:        03B6D000',
    ]);
  });

  it('prints a version as the list has it, and what is unavailable', async () => {
    const session = sessionOf(
      fakeTarget('x64', [
        {
          name: 'notepad',
          base: 0x7ff63f030000n,
          end: 0x7ff63f071000n,
          path: 'notepad.exe',
          timestamp: 0,
          checksum: 0x4ac7b,
          version: {
            fileVersion: [10, 0, 16299, 15],
            productVersion: [10, 0, 16299, 15],
            flagsMask: 0x3f,
            flags: 0,
            os: 0x40004,
            type: 1,
            subtype: 0,
            date: 0n,
          },
        },
      ]),
    );
    const { lines, data } = await run(session, 'lmv m notepad');
    expect(lines.slice(4)).toEqual([
      '    Timestamp:        unavailable (00000000)',
      '    CheckSum:         0004AC7B',
      '    ImageSize:        00041000',
      '    File version:     10.0.16299.15',
      '    Product version:  10.0.16299.15',
      '    File flags:       0 (Mask 3F)',
      '    File OS:          40004 NT Win32',
      '    File type:        1.0 App',
      '    File date:        00000000.00000000',
    ]);
    expect(data.modules).toMatchObject([{ timestamp: undefined, version: '10.0.16299.15' }]);
  });
});

describe('lmt, lmn and lmf', () => {
  const acpi = {
    name: 'ACPI',
    base: 0x1000n,
    end: 0x2000n,
    path: 'C:\\drivers\\ACPI.sys',
    timestamp: 0x4ce79294,
  };
  const session = sessionOf(fakeTarget('x86', [acpi]));

  it.each([
    ['lmtn', '00001000 00002000   ACPI     ACPI.sys     Sat Nov 20 09:19:16 2010 (4CE79294)'],
    ['lmt', '00001000 00002000   ACPI     Sat Nov 20 09:19:16 2010 (4CE79294)'],
    ['lmn', '00001000 00002000   ACPI     ACPI.sys    '],
    ['lmf', '00001000 00002000   ACPI     C:\\drivers\\ACPI.sys'],
  ])('%s prints its columns', async (line, expected) => {
    expect((await run(session, line)).lines[1]).toBe(expected);
  });
});

describe.skipIf(!hasCorpus)('lm on real dumps', () => {
  const WOW64 = 'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz';
  let session: Session;
  beforeAll(() => {
    session = openSession(corpusFile(WOW64));
  });

  it('lists what the module list has, each base once', async () => {
    const { data } = await run(session, 'lm');
    const truth = dumpModules(corpusFile(WOW64));
    const rows = data.modules as readonly { start: string; end: string; image: string; version?: string }[];
    expect(rows.map((r) => [r.start, r.end, r.image])).toEqual(
      [...new Map(truth.map((m) => [m.base, m])).values()]
        .sort((a, b) => Number(a.base - b.base))
        .map((m) => [`0x${m.base.toString(16)}`, `0x${(m.base + BigInt(m.size)).toString(16)}`, m.name]),
    );
    // ntdll 6.1.7601.19135 stands twice: 64-bit and 32-bit
    expect(rows.filter((r) => r.image.endsWith('ntdll.dll')).map((r) => r.version)).toEqual([
      '6.1.7601.19135',
      '6.1.7601.19135',
    ]);
  });

  // WinDbg: `0:000:x86> lm` has `00330000 00352000   ntdll_test`
  it('writes addresses as the machine in effect has them', async () => {
    const engine = await openEngine(WOW64);
    const wide = await runLine(engine, 'lm m fizzbuzz');
    expect(wide.lines[1]).toMatch(/^00000000`00e30000 00000000`00e66000 {3}fizzbuzz /);
    const narrow = await runLine(engine, '.effmach x86;lm m fizzbuzz;.imgscan /r e30000 e31000');
    expect(narrow.lines[1]).toBe('start    end        module name');
    expect(narrow.lines[2]).toMatch(/^00e30000 00e66000 {3}fizzbuzz /);
    expect(narrow.lines[3]).toMatch(/^MZ at 00e30000, /);
  });

  it('shows the strings of the version resource', async () => {
    const { lines } = await run(session, 'lmvm msvcrt');
    expect(lines).toContain('    File version:     7.0.7601.17744');
    expect(lines).toContain('    Translations:     0409.04b0');
    expect(lines).toContain('        CompanyName:      Microsoft Corporation');
    expect(lines).toContain('        FileDescription:  Windows NT CRT DLL');
  });
});
