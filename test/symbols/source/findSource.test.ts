import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SourceFolders } from '../../../core/node/index.ts';
import { findSource, sourceLines } from '../../../core/symbols/index.ts';

const TEXT = 'int main() {\n  return 0;\n}\n';
const OTHER = 'something else\n';

let root: string;
const put = (name: string, text: string | Uint8Array): string => {
  const path = join(root, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const checksum = (
  kind: 'md5' | 'sha1' | 'sha256',
  text = TEXT,
): { kind: typeof kind; bytes: Uint8Array } => ({
  kind,
  bytes: createHash(kind).update(text).digest(),
});
const find = (
  wanted: Parameters<typeof findSource>[1],
  ...folders: string[]
): ReturnType<typeof findSource> =>
  findSource(
    new SourceFolders(),
    wanted,
    folders.map((f) => join(root, f)),
  );

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
  put('a/main.c', OTHER);
  put('b/App/main.c', TEXT);
  put('crlf/main.c', TEXT.replaceAll('\n', '\r\n'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a source file', () => {
  it.each(['md5', 'sha1', 'sha256'] as const)(
    'is the one whose %s agrees, behind others of its name',
    (kind) => {
      const { found, attempts } = find(
        { file: 'c:\\build\\app\\main.c', checksum: checksum(kind) },
        'a',
        'b',
      );
      expect(found).toMatchObject({ place: join(root, 'b/App/main.c'), checksum: 'agrees' });
      expect(found?.lines).toEqual(['int main() {', '  return 0;', '}']);
      expect(attempts.map((a) => a.outcome)).toEqual(['another version', 'taken']);
    },
  );

  it('is the same with another kind of line ends', () => {
    expect(find({ file: 'main.c', checksum: checksum('md5') }, 'crlf').found?.checksum).toBe('agrees');
    const windows = checksum('sha256', TEXT.replaceAll('\n', '\r\n'));
    expect(find({ file: 'app/main.c', checksum: windows }, 'b').found?.checksum).toBe('agrees');
  });

  it('is shown with another checksum, or without one, and that is said', () => {
    expect(find({ file: 'main.c', checksum: checksum('md5') }, 'a').found?.checksum).toBe('differs');
    expect(find({ file: 'main.c' }, 'a').found?.checksum).toBe('unknown');
  });

  it('is looked for by the longest end of its path first', () => {
    put('deep/main.c', OTHER);
    put('deep/src/app/main.c', TEXT);
    expect(find({ file: 'D:\\x\\src\\app\\main.c' }, 'deep').found?.place).toBe(
      join(root, 'deep/src/app/main.c'),
    );
  });

  it('is not there', () => {
    const { found, attempts } = find({ file: 'c:\\x\\nobody.c' }, 'a', 'nowhere');
    expect(found).toBeUndefined();
    expect(attempts).toEqual([
      { place: join(root, 'a/nobody.c'), outcome: 'not found' },
      { place: join(root, 'nowhere/nobody.c'), outcome: 'not found' },
    ]);
  });
});

describe('the place that symbols name', () => {
  it('is taken only where the checksum agrees: they are somebody else’s word', () => {
    const file = put('recorded/main.c', TEXT);
    expect(find({ file, checksum: checksum('sha256') }).found?.checksum).toBe('agrees');
    expect(find({ file, checksum: checksum('sha256', OTHER) }).found).toBeUndefined();
    expect(find({ file }).found).toBeUndefined();
  });

  it.each([
    '\\\\server\\share\\main.c',
    '//server/share/main.c',
    '/dev/zero',
    '../../etc/passwd',
    'c:\\a\\..\\..\\main.c',
    'main.c:stream',
    'con',
    '',
  ])('never leads out of the folders: %j', (file) => {
    const { attempts } = find({ file, checksum: checksum('md5') }, 'a');
    for (const { place } of attempts) expect(place.startsWith(join(root, 'a'))).toBe(true);
  });
});

describe('its lines', () => {
  it('are read in the encodings that compilers take', () => {
    const utf16 = Buffer.from('\ufeffä\r\nb', 'utf16le');
    expect(sourceLines(utf16)).toEqual(['ä', 'b']);
    expect(sourceLines(Buffer.from('\ufeffä\nb\n'))).toEqual(['ä', 'b']);
    expect(sourceLines(Buffer.from([0xe4, 0x0d, 0x0a, 0xe9]))).toEqual(['ä', 'é']);
    expect(sourceLines(new Uint8Array(0))).toEqual([]);
  });
});
