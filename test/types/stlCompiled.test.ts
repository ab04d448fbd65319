import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import { plain } from '../../core/output/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';

const hasTools = ['clang-19', 'lld-link-19'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const SOURCE = join(import.meta.dirname, 'compiled/library.cpp');

const PAIR = 'std::pair<const int,int>';

/** What `dt` shows of each object of library.cpp: the values that the source gives them. */
const CONTENTS: Readonly<Record<string, readonly string[]>> = {
  g_short: [' "short"'],
  g_long: [' "a text that is too long for its object"'],
  g_wide: [' "wide"'],
  g_vector: [' { size=3 }', '    [00] 0n3', '    [01] 0n1', '    [02] 0n4'],
  g_list: [' { size=2 }', '    [00] 0n11', '    [01] 0n22'],
  g_map: [' { size=2 }', `    [00] ${PAIR} (0n7, 0n70)`, `    [01] ${PAIR} (0n8, 0n80)`],
  g_set: [' { size=1 }', '    [00] 0n5'],
  g_hash: [' { size=1 }', `    [00] ${PAIR} (0n9, 0n90)`],
  g_deque: [' { size=3 }', '    [00] 0n100', '    [01] 0n101', '    [02] 0n102'],
  g_optional: [' 0n42'],
  g_nothing: [' nullopt'],
  g_variant: [' { index=1, value=2.5 }'],
};

/** Layouts that a compiler gives the library's classes, in both widths, with and without optimisation and proxies. */
describe.skipIf(!hasCorpus || !hasTools).each([
  ['x86', 'O0', 'PROXIES'],
  ['x86', 'O2', 'RELEASE'],
  ['x64', 'O0', 'PROXIES'],
  ['x64', 'O2', 'RELEASE'],
])('the C++ library’s objects, compiled: %s, %s, %s', (arch, optimised, proxies) => {
  let folder: string;
  let engine: Engine;
  const run = async (line: string): Promise<string[]> => {
    const lines: string[] = [];
    await engine.execute(line, { line: (l) => lines.push(plain(l)) });
    return lines;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
    const [object, image] = [join(folder, 'library.obj'), join(folder, 'library.dll')];
    const target = `--target=${arch === 'x86' ? 'i686' : 'x86_64'}-pc-windows-msvc`;
    const options = [target, '-g', '-gcodeview', '-std=c++20', `-${optimised}`, `-D${proxies}`, '-w'];
    execFileSync('clang-19', [...options, '-c', SOURCE, '-o', object]);
    const link = ['/dll', '/noentry', '/debug', '/nodefaultlib', '/opt:noref', '/force', `/out:${image}`];
    execFileSync('lld-link-19', [...link, object], { stdio: 'ignore' });
    const dump = corpusFile(`lab/${arch}-static-O2${arch === 'x86' ? '-fpo' : ''}/normal.dmp.gz`);
    const host = nodeHost({ dump, symbolPath: folder, imagePath: folder });
    engine = await Engine.open(new BufferSource(readFileSync(dump), dump), host);
    await run('.reload /f library.dll=66000000');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.entries(CONTENTS))('%s', async (name, expected) => {
    expect(await run(`dt library!${name}`)).toEqual(expected);
  });

  // all owners together count as one weak reference
  it('smart pointers say what they point to', async () => {
    expect(await run('dt library!g_shared')).toEqual([
      expect.stringMatching(/^ 0x[0-9a-f`]+ Item \[2 strong refs, 2 weak refs\]$/),
    ]);
    expect(await run('dt library!g_unique')).toEqual([expect.stringMatching(/^ 0x[0-9a-f`]+ Item$/)]);
  });

  it('show their members where those are asked for', async () => {
    expect((await run('dt -b library!g_vector')).join('\n')).toContain('_Myfirst');
    expect((await run('?? library!g_vector')).join('\n')).toContain('{ size=3 }');
  });
});
