/** What commands say of the images in real processes: imports, entry points, RVAs, headers found in memory. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../../core/commands/index.ts';
import type { JsonObject } from '../../../core/output/index.ts';
import type { Target } from '../../../core/target/index.ts';
import { corpusFile, hasCorpus, sharedJson } from '../../corpus.ts';
import { dumpModules } from '../../pe/dumpImages.ts';
import { Pieces, buildImage } from '../../pe/imageBuilder.ts';
import { fakeSymbols, fakeTarget } from './fakeTarget.ts';
import { openSession, run, sessionOf } from './moduleSession.ts';

const WOW64 = 'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz';
const LAB = 'lab/x86-static-O0';

interface ImportRow {
  readonly name?: string;
  readonly slot: string;
  readonly value?: string;
  readonly state: string;
  readonly symbol?: string;
  readonly expected?: string;
}

function importRows(data: JsonObject): { dll: string; delayed: boolean; imports: ImportRow[] }[] {
  // as a consumer of the JSON gets it
  const { dlls } = JSON.parse(JSON.stringify(data)) as {
    dlls: { dll: string; delayed: boolean; imports: ImportRow[] }[];
  };
  return dlls;
}

describe.skipIf(!hasCorpus)('!imports in a healthy Windows 7 process, 64- and 32-bit', () => {
  let session: Session;
  beforeAll(() => {
    session = openSession(corpusFile(WOW64));
  });

  it('finds that every filled slot holds what the DLL exports, through forwarders and API sets', async () => {
    let ok = 0;
    for (const module of session.target.modules) {
      const { data } = await run(session, `!imports ${module.name}`);
      for (const { dll, delayed, imports } of importRows(data)) {
        for (const row of imports) {
          const what = `${module.name} ${dll}!${row.name} ${row.slot}`;
          // nothing but delay loading can be left undone in a running process
          expect(delayed ? ['ok', 'forwarded', 'not resolved'] : ['ok', 'forwarded'], what).toContain(
            row.state,
          );
          if (row.state !== 'not resolved') ok++;
        }
      }
    }
    expect(ok).toBeGreaterThan(3000);
  });

  it('names the function behind a forwarder', async () => {
    const { lines } = await run(session, '!imports fizzbuzz');
    expect(lines).toContain(
      ' f 00e560b8  77cee1b6  HeapAlloc                        ntdll_77cc0000!RtlAllocateHeap (by NTDLL.RtlAllocateHeap)',
    );
    expect(lines.at(-1)).toBe('fizzbuzz: 74 imports of 2 modules: 65 ok, 9 forwarded');
    // a healthy module has nothing to show there
    expect((await run(session, '!imports -p fizzbuzz')).lines).toEqual([
      'fizzbuzz: 74 imports of 2 modules: 65 ok, 9 forwarded',
    ]);
  });

  it('marks a slot that was changed, and one that the dump has not', async () => {
    const { data } = await run(session, '!imports fizzbuzz');
    const slots = importRows(data).flatMap((dll) => dll.imports);
    const slotOf = (name: string): bigint => BigInt(slots.find((s) => s.name === name)?.slot ?? 0);
    const valueOf = (name: string): string => slots.find((s) => s.name === name)?.value ?? '';
    const hooked = withMemory(session.target, {
      // bound to another function, pointed outside all modules, and cut out of the dump
      [String(slotOf('WriteFile'))]: BigInt(valueOf('ReadFile')),
      [String(slotOf('CloseHandle'))]: 0x12340000n,
      [String(slotOf('GetACP'))]: undefined,
    });
    const { lines, data: after } = await run(sessionOf(hooked), '!imports -p fizzbuzz');
    const states = importRows(after).flatMap((dll) => dll.imports);
    const state = (name: string): ImportRow | undefined => states.find((s) => s.name === name);
    expect(state('WriteFile')).toMatchObject({ state: 'elsewhere', expected: valueOf('WriteFile') });
    expect(state('CloseHandle')).toMatchObject({ state: 'outside', value: '0x12340000' });
    expect(state('GetACP')?.state).toBe('not in dump');
    expect(state('GetACP')?.value).toBeUndefined();
    expect(lines.length).toBe(5);
    expect(lines[1]).toMatch(
      /^ ! .* WriteFile +kernel32!ReadFile \*\*\* not the export, which is at 76151282$/,
    );
  });
});

/** The target with some 32-bit cells of its memory changed, or missing where the value is undefined. */
function withMemory(target: Target, cells: Readonly<Record<string, bigint | undefined>>): Target {
  const { memory } = target;
  const at = (address: bigint): string | undefined =>
    String(address) in cells ? String(address) : undefined;
  return {
    ...target,
    name: target.name,
    system: target.system,
    modules: target.modules,
    memory: {
      read(address, length) {
        const cell = at(address);
        if (cell === undefined || length !== 4) return memory.read(address, length);
        return new Uint8Array(Uint32Array.of(Number(cells[cell] ?? 0n)).buffer);
      },
      available: (address, length) =>
        at(address) !== undefined && cells[String(address)] === undefined
          ? 0
          : memory.available(address, length),
      windows: (range) => memory.windows(range),
      origin: (address) => memory.origin(address),
      nextReadable: (address) => memory.nextReadable(address),
    },
  };
}

describe.skipIf(!hasCorpus)('!imports in a dump without image memory', () => {
  it('says where each import leads to by the image files, though the slots are not there', async () => {
    const images = ['RuntimeTest.exe', 'RuntimeDll.dll', 'MSVCR90D.dll'].map((name) =>
      corpusFile(`lab/x86-dll-O0/${name}`),
    );
    const session = openSession(corpusFile('lab/x86-dll-O0/privrw.dmp.gz'), { images });
    const { lines } = await run(session, '!imports RuntimeDll');
    // MSVCR90D.dll lies at its preferred base
    const malloc = exportRva(readFileSync(corpusFile('lab/x86-dll-O0/MSVCR90D.dll')), 'malloc');
    expect(lines.find((line) => line.includes(' malloc '))).toBe(
      ` ? 028f3290  ????????  malloc                           MSVCR90D!malloc (slot not in the dump; the export is at ${(0x10000000 + malloc).toString(16)})`,
    );
    expect(lines).toContain(' ? 028f3270  ????????  DebugBreak                       (slot not in the dump)');
  });
});

/** The RVA of an export, read by hand: the tables of these images are small and in one section. */
function exportRva(file: Buffer, name: string): number {
  const pe = file.readUInt32LE(0x3c);
  const sections = pe + 24 + file.readUInt16LE(pe + 20);
  const offset = (rva: number): number => {
    for (let i = 0; i < file.readUInt16LE(pe + 6); i++) {
      const [size, start, , raw] = [8, 12, 16, 20].map((at) => file.readUInt32LE(sections + 40 * i + at));
      if (rva >= (start ?? 0) && rva < (start ?? 0) + (size ?? 0)) return rva - (start ?? 0) + (raw ?? 0);
    }
    throw new Error(`no section at ${rva}`);
  };
  const table = offset(file.readUInt32LE(pe + 24 + 96));
  const [functions, names, ordinals] = [28, 32, 36].map((at) => offset(file.readUInt32LE(table + at)));
  for (let i = 0; i < file.readUInt32LE(table + 24); i++) {
    const at = offset(file.readUInt32LE((names ?? 0) + 4 * i));
    if (file.toString('latin1', at, file.indexOf(0, at)) !== name) continue;
    return file.readUInt32LE((functions ?? 0) + 4 * file.readUInt16LE((ordinals ?? 0) + 2 * i));
  }
  throw new Error(`${name} is not exported`);
}

describe.skipIf(!hasCorpus)('.imgscan', () => {
  it('finds every module of the list and nothing else in a process that hides none', async () => {
    const { data } = await run(openSession(corpusFile(WOW64)), '.imgscan');
    const found = (data.images as readonly { address: string }[]).map((i) => BigInt(i.address));
    const truth = new Set(dumpModules(corpusFile(WOW64)).map((m) => m.base));
    expect(new Set(found)).toEqual(truth);
  });

  it('prints protection and type where the dump has them, and keeps to a range', async () => {
    const session = openSession(corpusFile(WOW64));
    expect((await run(session, '.imgscan /v /r 77cc0000 L1000')).lines).toEqual([
      'MZ at 00000000`77cc0000, prot 00000002, type 01000000 - size 180000',
      '  Name: ntdll.dll',
      '  Module: ntdll_77cc0000',
    ]);
    expect((await run(session, '.imgscan /r 77cc1000 L1000')).lines).toEqual([]);
  });

  it('finds images that are mapped as data and in no list', async () => {
    const { lines } = await run(openSession(corpusFile(`${LAB}/full.dmp.gz`)), '.imgscan /v');
    expect(lines.filter((line) => line === '  Not in the module list').length).toBeGreaterThan(0);
    expect(lines).toContain('MZ at 00400000, prot 00000002, type 01000000 - size 11000');
  });
});

describe.skipIf(!hasCorpus)('!rva', () => {
  let session: Session;
  beforeAll(() => {
    session = openSession(corpusFile(`${LAB}/full.dmp.gz`));
  });

  it('leads to the same bytes in the image file and in memory', async () => {
    const file = readFileSync(corpusFile(`${LAB}/RuntimeTest.exe`));
    for (const rva of [0, 0x1000, 0x7fb0, 0xab04]) {
      const { data } = await run(session, `!rva RuntimeTest+${rva.toString(16)}`);
      const offset = Number(data.fileOffset);
      const memory = session.target.memory.read(BigInt(String(data.address)), 16);
      expect(data.rva).toBe(`0x${rva.toString(16)}`);
      expect([...memory], String(data.rva)).toEqual([...file.subarray(offset, offset + 16)]);
      const back = await run(session, `!rva -f ${offset.toString(16)} RuntimeTest`);
      expect(back.data).toEqual(data);
      expect((await run(session, `!rva -r ${rva.toString(16)} RuntimeTest.exe`)).data).toEqual(data);
    }
  });

  it('prints section, file offset and where the bytes are', async () => {
    expect((await run(session, '!rva RuntimeTest+1234')).lines).toEqual([
      'Module:      RuntimeTest',
      'Address:     00401234',
      'RVA:         00001234',
      'Section:     .text+0x234 (Execute Read)',
      'File offset: 00000634',
      'Symbol:      RuntimeTest+0x1234',
      'Bytes:       in the dump',
    ]);
  });

  it('goes without the headers where they are not in the dump', async () => {
    const bare = sessionOf(fakeTarget('x86', [{ name: 'gone', base: 0x90001000n, end: 0x90009000n }]));
    // expressions are signed: 90002234 is negative as a number, and an address all the same
    expect((await run(bare, '!rva 90002234')).lines).toEqual([
      'Module:      gone',
      'Address:     90002234',
      'RVA:         00001234',
      "Section:     (the image's headers are not in the dump)",
      'Symbol:      gone+0x1234',
      'Bytes:       not in the dump',
    ]);
    expect((await run(bare, 'lma ffffffff90002234')).lines.length).toBe(2);
  });

  it('says so when a place is in no section, not in the file, or outside', async () => {
    await expect(run(session, '!rva -r 20000 RuntimeTest')).rejects.toThrow(
      'past the end of the image (0x11000)',
    );
    await expect(run(session, '!rva -f 7fffffff RuntimeTest')).rejects.toThrow('is not mapped');
    await expect(run(session, '!rva 10')).rejects.toThrow('there is no image at 0x10');
    // uninitialised data of the process: in memory, not in the file
    const truth = sharedJson<{ globals: { name: string; address: string }[] }>(`corpus/${LAB}/truth.json.gz`);
    const { data } = await run(
      session,
      `!rva ${truth.globals.find((g) => g.name === 'g_list_head')?.address}`,
    );
    expect(data).toMatchObject({ module: 'RuntimeTest', section: '.data', bytesFrom: 'dump' });
  });
});

describe('!startup', () => {
  const tls = new Pieces(0x2000)
    .u32(0x2000, 0x402020, 0x402024, 0x402028, 0x402030, 0, 0)
    .u32(0x2030, 0x401200, 0);
  // push ebp; call __security_init_cookie; jmp …: and in it, cmp eax, 0BB40E64Eh
  const cookie = new Pieces(0x1000)
    .put(0x1000, Uint8Array.of(0xe8, 0xfb, 0, 0, 0, 0xe9, 0, 0, 0, 0))
    .put(0x1100, Uint8Array.of(0x55, 0x8b, 0xec, 0xa1, 0, 0x30, 0x40, 0, 0xbf, 0x4e, 0xe6, 0x40, 0xbb))
    .put(0x1200, Uint8Array.of(0xc3));
  const file = buildImage({
    imageBase: 0x400000n,
    entryPoint: 0x1000,
    sections: [
      { name: '.text', rva: 0x1000, data: cookie.data },
      { name: '.rdata', rva: 0x2000, data: tls.data },
    ],
    directories: { 9: [0x2000, 24] },
  });
  file[0x80 + 22 + 1] = 0x01; // no DLL
  const bytes = new Uint8Array(0x3000);
  bytes.set(file.subarray(0, 0x400));
  bytes.set(cookie.data, 0x1000);
  bytes.set(tls.data, 0x2000);
  const app = { name: 'app', base: 0x400000n, end: 0x403000n, bytes };

  it('names the routine by its symbol', async () => {
    const symbols = fakeSymbols({
      app: {
        status: 'pdb',
        nearest: (rva) => ({
          name: rva >= 0x1200 ? 'tls_callback' : 'wmainCRTStartup',
          rva: rva >= 0x1200 ? 0x1200 : 0x1000,
          kind: 'function',
        }),
      },
    });
    const { lines, data } = await run(sessionOf(fakeTarget('x86', [app]), symbols), '!startup');
    expect(lines).toEqual([
      'start    entry    RVA      subsystem    module: start-up routine',
      '00400000 00401000 00001000 Windows CUI  app: app!wmainCRTStartup',
      '         00401200 00001200 TLS callback app!tls_callback',
    ]);
    expect(data.modules).toMatchObject([
      { entry: '0x401000', entryRva: '0x1000', symbol: 'app!wmainCRTStartup', subsystem: 'Windows CUI' },
    ]);
  });

  it('without symbols goes by the code: the call of __security_init_cookie', async () => {
    const { lines } = await run(sessionOf(fakeTarget('x86', [app])), '!startup app');
    expect(lines[1]).toBe(
      '00400000 00401000 00001000 Windows CUI  app: probably mainCRTStartup or wmainCRTStartup (its code calls __security_init_cookie)',
    );
  });

  it.skipIf(!hasCorpus)('knows a real program by its code, and modules that do not run', async () => {
    const { data } = await run(openSession(corpusFile(WOW64)), '!startup');
    const rows = data.modules as readonly {
      name: string;
      routine?: string[];
      entry?: string;
      entryRva?: string;
    }[];
    const row = (name: string): (typeof rows)[number] | undefined => rows.find((r) => r.name === name);
    expect(row('fizzbuzz')?.routine).toEqual(['mainCRTStartup', 'wmainCRTStartup']);
    expect(row('ntdll')).toMatchObject({ entry: undefined, entryRva: '0x0' });
  });
});

describe('!imgreloc', () => {
  const image = (imageBase: bigint): Uint8Array => {
    const bytes = new Uint8Array(0x2000);
    bytes.set(buildImage({ imageBase, sections: [] }).subarray(0, 0x400));
    return bytes;
  };

  it('prints what the documentation shows', async () => {
    const target = fakeTarget('x86', [
      { name: 'Prymes', base: 0x400000n, end: 0x402000n, bytes: image(0x400000n) },
      { name: 'appvcore', base: 0x10e0000n, end: 0x10e2000n, bytes: image(0x400000n) },
      { name: 'nothing', base: 0x2000000n, end: 0x2002000n },
    ]);
    const { lines, data } = await run(sessionOf(target), '!imgreloc');
    expect(lines).toEqual([
      '00400000 Prymes - at preferred address',
      '010e0000 appvcore - RELOCATED from 00400000',
      '02000000 nothing - headers not available',
    ]);
    expect(data.modules).toMatchObject([
      { relocated: false },
      { relocated: true, preferred: '0x400000' },
      {},
    ]);
  });

  it.skipIf(!hasCorpus)(
    'does not take the rewritten header of a moved image for its preferred base',
    async () => {
      const { lines } = await run(openSession(corpusFile(WOW64)), '!imgreloc kernel32');
      expect(lines).toEqual([
        '0000000076140000 kernel32 - at the base in its header, which the loader updates (dynamic base)',
      ]);
    },
  );
});
