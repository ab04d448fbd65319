import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { nodeHost, ServedSources, SourceFolders } from '../../../core/node/index.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { runLine } from '../runLine.ts';

const hasTools = ['clang-19', 'lld-link-19'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const SOURCE = [
  'int twice(int value) {',
  '  return value * 2;',
  '}',
  'int thrice(int value) { return value * 3; }',
  '',
];

/** A PDB that clang and LLVM's linker make, with the streams that indexing tools put into one. */
describe.skipIf(!hasCorpus || !hasTools)('source servers', () => {
  let folder: string;
  let engine: Engine;
  let base: string;
  const asked: string[] = [];
  let text = SOURCE.join('\n');
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/app/1a2b/made.c') response.end(text);
    else response.writeHead(404).end();
  });

  const run = async (line: string): Promise<readonly string[]> => (await runLine(engine, line)).lines;

  /** Compiles `name`.c and links it with the streams given. */
  const make = (name: string, streams: Record<string, string>): void => {
    const path = (file: string): string => join(folder, file);
    writeFileSync(path(`${name}.c`), SOURCE.join('\n'));
    const target = ['--target=x86_64-pc-windows-msvc', '-g', '-gcodeview', '-c'];
    execFileSync('clang-19', [...target, path(`${name}.c`), '-o', path(`${name}.obj`)]);
    rmSync(path(`${name}.c`));
    const options = Object.entries(streams).map(([stream, content], i) => {
      writeFileSync(path(`${name}${i}.txt`), content);
      return `/pdbstream:${stream}=${path(`${name}${i}.txt`)}`;
    });
    const link = [
      '/dll',
      '/noentry',
      '/debug',
      '/nodefaultlib',
      '/export:twice',
      `/out:${path(`${name}.dll`)}`,
    ];
    execFileSync('lld-link-19', [...link, ...options, path(`${name}.obj`)]);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    make('made', { sourcelink: JSON.stringify({ documents: { [`${folder}/*`]: `${base}/app/1a2b/*` } }) });
    const variables = ['SRCSRVTRG=%targ%\\%var2%', 'SRCSRVCMD=rm -rf %var2%'].join('\n');
    make('old', {
      srcsrv: `SRCSRV: ini ---\nVERSION=2\nSRCSRV: variables ---\n${variables}\nSRCSRV: source files ---\n${folder}/old.c*x/old.c\nSRCSRV: end ---\n`,
    });
    const dump = corpusFile('lab/x64-static-O2/normal.dmp.gz');
    const host = {
      ...nodeHost({ dump, symbolPath: folder, imagePath: folder }),
      sources: new SourceFolders(new ServedSources({ plainHttp: true })),
    };
    engine = await Engine.open(new BufferSource(readFileSync(dump), dump), host);
    await run('.reload /f made.dll=66000000; .reload /f old.dll=67000000');
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it('are named, and not asked without srv* in the source path', async () => {
    const lines = await run('lsa made!twice');
    expect(lines).toEqual([
      expect.stringMatching(/made\.c @ 1: not found on the source path/),
      `Source Link: ${base}/app/1a2b/made.c (.srcpath+ srv* has it fetched)`,
    ]);
    expect(asked).toEqual([]);
    expect(await run('.srcpath')).toContain('made names sources by Source Link (1 mapping)');
  });

  it('run no command', async () => {
    await run('.srcpath srv*');
    expect((await run('lsa old!twice')).at(-1)).toBe(
      'srcsrv: a command would get it, and none is run here: rm -rf x/old.c',
    );
    const { data } = await runLine(engine, 'lsa old!twice');
    expect(data.served).toEqual([
      { by: 'srcsrv', kind: 'command', command: 'rm -rf x/old.c', target: '%targ%\\x/old.c' },
    ]);
    expect(await run('lsc')).toHaveLength(2);
  });

  it('show nothing that is not what was compiled', async () => {
    text = 'something else\n';
    await run('.srcpath srv*');
    await run('.srcnoisy 2');
    const lines = await run('lsa made!twice');
    expect(lines[0]).toBe(`SRCSRV:  '${base}/app/1a2b/made.c' - another version`);
    expect(lines.join('\n')).not.toContain('something else');
    expect(asked).toEqual(['/app/1a2b/made.c']);
  });

  it('send the file, which is shown', async () => {
    text = SOURCE.join('\n');
    // another session: what a server said is kept for one
    const dump = corpusFile('lab/x64-static-O2/normal.dmp.gz');
    const sources = new SourceFolders(new ServedSources({ plainHttp: true }));
    const host = { ...nodeHost({ dump, symbolPath: folder, imagePath: folder }), sources };
    engine = await Engine.open(new BufferSource(readFileSync(dump), dump), host);
    await run('.reload /f made.dll=66000000; .srcpath srv*');
    const { lines, data } = await runLine(engine, 'lsa made!twice');
    expect(lines.slice(0, 2)).toEqual(['>    1: int twice(int value) {', '     2:   return value * 2;']);
    expect(data).toMatchObject({ place: `${base}/app/1a2b/made.c`, checksum: 'agrees' });
    // plain http is for tests: sessions ask https alone
    const plain = { ...nodeHost({ dump, symbolPath: folder, imagePath: folder }) };
    engine = await Engine.open(new BufferSource(readFileSync(dump), dump), plain);
    await run('.reload /f made.dll=66000000; .srcnoisy 2; .srcpath srv*');
    expect((await run('lsa made!twice'))[0]).toContain('not found (sources are asked for over https alone)');
    // and secure mode none
    await run('.symopt+ 40000');
    expect((await run('lsa made!twice'))[0]).not.toContain('SRCSRV');
  });
});
