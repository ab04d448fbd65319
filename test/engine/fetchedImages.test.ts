import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { imageKey, pdbKey } from '../../core/symbols/index.ts';
import { corpusFile, hasCorpus, wineImages } from '../corpus.ts';
import { labFolder } from '../openCorpus.ts';
import { runLine } from '../commands/runLine.ts';

/** Registers, stacks and little more: no code, no unwind tables. */
const DUMP = 'lab/x64-static-O0/normal.dmp.gz';

describe.skipIf(!hasCorpus)('images that a dump left out', () => {
  let folder: string;
  let server: Server;
  let files: Map<string, string>;
  const asked: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
    const lab = labFolder('x64-static-O0');
    const system = wineImages('x64').map(
      (f, i) => join(f, ['kernel32', 'kernelbase', 'ntdll'][i] ?? '') + '.dll',
    );
    files = new Map(
      [join(lab, 'RuntimeTest.exe'), join(lab, 'RuntimeDll.dll'), ...system].flatMap((path) => {
        const image = PeImage.fromFile(new BufferSource(readFileSync(path), path));
        const entry = (file: string, key: string): [string, string] => {
          const name = basename(file);
          return [`/${name}/${key}/${name}`.toLowerCase(), file];
        };
        const served = [entry(path, imageKey(image.timestamp, image.sizeOfImage))];
        if (image.codeView) served.push(entry(path.replace(/\.\w+$/, '.pdb'), pdbKey(image.codeView)));
        return served;
      }),
    );
    server = createServer((request, response) => {
      const path = (request.url ?? '').toLowerCase();
      asked.push(path);
      const file = files.get(path);
      response.writeHead(file === undefined ? 404 : 200).end(file === undefined ? '' : readFileSync(file));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const stack = async (options: { symbolPath?: string; imagePath?: string }): Promise<readonly string[]> => {
    const dump = corpusFile(DUMP);
    const engine = await Engine.open(
      new BufferSource(readFileSync(dump), dump),
      nodeHost({ dump, ...options }),
    );
    return (await runLine(engine, '~0k')).lines;
  };

  it('are fetched for a stack that cannot be walked without them, and then it is the same as with them', async () => {
    const images = [labFolder('x64-static-O0'), ...wineImages('x64')].join(';');
    const whole = await stack({ imagePath: images });
    const guessed = await stack({});
    expect(guessed).not.toEqual(whole);
    const { port } = server.address() as AddressInfo;
    const symbolPath = `srv*${join(folder, 'cache')}*http://127.0.0.1:${port}`;
    expect(await stack({ symbolPath })).toEqual(whole);
    expect(asked.some((path) => files.has(path))).toBe(true);
    // what was fetched is kept, and what is absent was asked for once
    const before = asked.filter((path) => files.has(path)).length;
    expect(await stack({ symbolPath })).toEqual(whole);
    expect(asked.filter((path) => files.has(path))).toHaveLength(before);
  });
});
