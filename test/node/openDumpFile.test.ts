import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StillframeError } from '../../core/errors/index.ts';
import { openDumpFile, type OpenedDumpFile, type OpenProgress } from '../../core/node/index.ts';
import { TemporaryFile } from '../../core/node/temporaryFile.ts';
import { makeCabinet } from './cabinet.ts';

/** Bytes that no packer makes small, so that every archive here has several blocks. */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let x = 12345;
  for (let i = 0; i < length; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    bytes[i] = x >>> 16;
  }
  bytes.set(new TextEncoder().encode('MDMP'));
  return bytes;
}

const DUMP = noise(100_001);
const TEXT = new TextEncoder().encode('nothing to see\n');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-dump-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function take<T>(path: string, look: (opened: OpenedDumpFile) => T): Promise<T> {
  const opened = await openDumpFile(path);
  try {
    return look(opened);
  } finally {
    opened.cleanup();
    opened.cleanup();
  }
}

/** The whole content, read in pieces. */
function content(opened: OpenedDumpFile): Buffer {
  const { source } = opened;
  const half = Math.floor(source.size / 2);
  return Buffer.concat([source.read(0, half), source.read(half, source.size)]);
}

async function refusal(path: string): Promise<StillframeError> {
  const e: unknown = await openDumpFile(path).then(
    (opened) => {
      opened.cleanup();
      return undefined;
    },
    (reason: unknown) => reason,
  );
  if (!(e instanceof StillframeError)) throw new Error(`no StillframeError for ${path}: ${String(e)}`);
  expect(e.message).not.toMatch(/\n/);
  return e;
}

describe('a file as it is', () => {
  it('is read where asked, and not past its end', async () => {
    const path = put('plain.dmp', DUMP);
    await take(path, ({ source, member }) => {
      expect(member).toBeUndefined();
      expect(source.name).toBe(path);
      expect(source.size).toBe(DUMP.length);
      expect(Buffer.from(source.read(5, 7))).toEqual(Buffer.from(DUMP.subarray(5, 12)));
      expect(source.read(DUMP.length - 3, 10)).toHaveLength(3);
      expect(source.read(DUMP.length, 1)).toHaveLength(0);
      expect(source.read(-1, 4)).toHaveLength(0);
      expect(source.read(Number.NaN, 4)).toHaveLength(0);
    });
  });

  it('is read beyond 4 GiB', async () => {
    const path = put('sparse.dmp', new Uint8Array(0));
    const end = 5 * 1024 ** 3;
    truncateSync(path, end);
    const descriptor = openSync(path, 'r+');
    writeSync(descriptor, DUMP, 0, 16, end - 16);
    closeSync(descriptor);
    await take(path, ({ source }) => {
      expect(source.size).toBe(end);
      expect(source.read(end - 16, 100)).toEqual(DUMP.subarray(0, 16));
      expect(source.read(end - 20, 4)).toEqual(new Uint8Array(4));
    });
  });

  it('gives no bytes once it is closed', async () => {
    const source = await take(put('closed.dmp', DUMP), (opened) => opened.source);
    expect(source.read(0, 4)).toHaveLength(0);
  });
});

describe('what cannot be opened says why in one line', () => {
  it('a folder', async () => {
    mkdirSync(join(folder, 'sub'));
    expect((await refusal(join(folder, 'sub'))).message).toMatch(/folder/);
  });
  it('a file that is not there, also below a file', async () => {
    expect((await refusal(join(folder, 'absent.dmp'))).message).toBe('no such file');
    expect((await refusal(join(put('file', TEXT), 'below.dmp'))).code).toBe('not-available');
  });
  it('an empty file', async () => {
    expect((await refusal(put('empty.dmp', new Uint8Array(0)))).message).toBe('the file is empty');
  });
  it('a device', async () => {
    if (process.platform !== 'win32') expect((await refusal('/dev/null')).message).toBe('not a regular file');
  });
  it('a file without the right to read it', async () => {
    const path = put('secret.dmp', DUMP);
    chmodSync(path, 0);
    // root reads everything
    if (process.getuid && process.getuid() !== 0)
      expect((await refusal(path)).message).toBe('permission denied');
  });
});

describe('archives, by their content whatever their name', () => {
  it('inflates gzip, also of several members, and tells how far it is', async () => {
    const path = put(
      'dump.bin',
      Buffer.concat([gzipSync(DUMP.subarray(0, 50_000)), gzipSync(DUMP.subarray(50_000))]),
    );
    const seen: OpenProgress[] = [];
    const opened = await openDumpFile(path, (p) => seen.push(p));
    expect(content(opened)).toEqual(Buffer.from(DUMP));
    expect(opened.warnings).toEqual([]);
    expect(seen.at(-1)).toMatchObject({ what: 'inflating' });
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
    opened.cleanup();
  });

  it('takes what is there of a gzip file that was cut off', async () => {
    const path = put('cut.gz', gzipSync(DUMP).subarray(0, 70_000));
    await take(path, (opened) => {
      expect(opened.source.size).toBeGreaterThan(50_000);
      expect(content(opened)).toEqual(Buffer.from(DUMP.subarray(0, opened.source.size)));
      expect(opened.warnings.join()).toMatch(/gzip data is damaged/);
    });
  });

  it('refuses gzip that holds nothing readable', async () => {
    expect((await refusal(put('bad.gz', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3)))).code).toBe('not-a-dump');
  });

  it('takes the first dump of a zip, deflated or stored, whatever its path says', async () => {
    for (const level of [0, 6] as const) {
      const zip = zipSync({ 'notes.txt': TEXT, '../../up/App.MDMP': DUMP, 'second.dmp': TEXT }, { level });
      await take(put(`some.zip`, zip), (opened) => {
        expect(opened.member).toBe('../../up/App.MDMP');
        expect(opened.source.name).toContain('App.MDMP');
        expect(content(opened)).toEqual(Buffer.from(DUMP));
      });
    }
  });

  it('lists what a zip without a dump holds, with marks that turn text around made visible', async () => {
    const e = await refusal(put('no.zip', zipSync({ 'a.txt': TEXT, 'b\u202efdp.exe': TEXT })));
    expect(e.message).toBe(
      'a zip archive without a .dmp, .mdmp or .hdmp file; it holds a.txt, b\\u202efdp.exe',
    );
    expect((await refusal(put('none.zip', zipSync({})))).message).toBe('an empty zip archive');
  });

  it('refuses a zip that is cut off', async () => {
    const zip = zipSync({ 'a.dmp': DUMP });
    expect((await refusal(put('cut.zip', zip.subarray(0, 60_000)))).message).toMatch(/damaged zip/);
  });

  it('takes the dump of a cabinet: stored, MSZIP, LZX', async () => {
    for (const method of ['stored', 'mszip', 'lzx'] as const) {
      const files = [
        { name: 'Report.wer', bytes: TEXT },
        { name: '..\\..\\memory.hdmp', bytes: DUMP },
        { name: 'last.txt', bytes: TEXT },
      ];
      await take(put(`@odd*name-${method}.cab`, makeCabinet(files, method)), (opened) => {
        expect(opened.member).toMatch(/memory\.hdmp$/);
        expect(content(opened).equals(Buffer.from(DUMP)), method).toBe(true);
        expect(opened.warnings).toEqual([]);
      });
    }
  });

  it('says what a cabinet without a dump holds', async () => {
    const cab = makeCabinet([{ name: 'Report.wer', bytes: TEXT }], 'stored');
    const { message } = await refusal(put('wer.cab', cab));
    expect(message).toMatch(/a cabinet without .* it holds Report\.wer$/);
    expect((await refusal(put('bad.cab', cab.subarray(0, 30)))).message).toBe('a damaged cabinet');
  });

  it('takes the dump of a 7z archive, and of a zip that 7-Zip made with Deflate64', async () => {
    for (const [name, switches] of [
      ['lzma.7z', ['-t7z']],
      ['deflate64.zip', ['-tzip', '-mm=Deflate64']],
    ] as const) {
      const packed = await packWithSevenZip(switches, { 'a.txt': TEXT, 'b.dmp': DUMP });
      await take(put(name, packed), (opened) => {
        expect(opened.member).toBe('b.dmp');
        expect(content(opened).equals(Buffer.from(DUMP)), name).toBe(true);
      });
    }
  });

  it('asks for no password: an encrypted member is refused by name', async () => {
    for (const kind of ['-t7z', '-tzip']) {
      const packed = await packWithSevenZip([kind, '-psecret'], { 'b.dmp': DUMP });
      const e = await refusal(put('locked', packed));
      expect(e.message).toMatch(/b\.dmp is encrypted$/);
    }
  });

  it('leaves nothing behind and no exit status', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const cabinet = makeCabinet([{ name: 'a.dmp', bytes: DUMP }], 'mszip');
    const good = put('left.cab', cabinet);
    const bad = put('left-bad.cab', cabinet.subarray(0, 40));
    const { exitCode } = process;
    const { TMPDIR } = process.env;
    process.env.TMPDIR = empty;
    try {
      (await openDumpFile(good)).cleanup();
      await refusal(bad);
      expect(readdirSync(empty)).toEqual([]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
    expect(process.exitCode).toBe(exitCode);
  });

  it('stops where the limit is reached, and says so', () => {
    const file = new TemporaryFile(10);
    file.write(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(() => file.write(Uint8Array.of(1, 2, 3, 4, 5))).toThrow(/inflates to more than 0\.0 GiB/);
    expect(file.size).toBe(6);
    file.discard();
  });
});

async function packWithSevenZip(
  switches: readonly string[],
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Uint8Array> {
  const { default: make } = await import('7z-wasm');
  const { exitCode } = process;
  const sevenZip = await make({ print: () => undefined, printErr: () => undefined, quit: () => undefined });
  for (const [name, bytes] of Object.entries(files)) sevenZip.FS.writeFile(`/${name}`, bytes);
  sevenZip.callMain(['a', ...switches, '/out.bin', ...Object.keys(files).map((name) => `/${name}`)]);
  process.exitCode = exitCode;
  return sevenZip.FS.readFile('/out.bin');
}
