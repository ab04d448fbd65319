import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { EngineClient, type Method, type Port } from '../../core/protocol/index.ts';
import { EngineServer } from '../../core/server/index.ts';
import { createSymbolLoader } from '../../core/symbols/index.ts';
import { DroppedFiles } from '../../renderer/worker/droppedFiles.ts';
import { corpusFile, corpusList, hasCorpus, wineImages } from '../corpus.ts';

const CASES = [
  ['x64-crash-av-read-0x24', 'wine-normal', 'x64'],
  ['x86-crash-crossfree', 'wine-normal', 'x86'],
  ['x86-dll-O0', 'privrw', 'x86'],
] as const;

/** What panes ask for that hangs on names or on the bytes of images. */
const PANES: readonly Method[] = [
  'summary',
  'stack',
  'threads',
  'modules',
  'registers',
  'locals',
  'memoryRuns',
  'heaps',
  'ownership',
  'addressSpace',
];

/** The files that belong to a lab dump: its program's, and Wine's own. */
function filesOf(folder: string, arch: 'x86' | 'x64'): { name: string; path: string }[] {
  const own = corpusList(`lab/${folder}`)
    .filter((name) => /\.(?:pdb|dll|exe)$/i.test(name))
    .map((name) => ({ name, path: corpusFile(`lab/${folder}/${name}`) }));
  const system = wineImages(arch).flatMap((at) =>
    ['ntdll.dll', 'kernel32.dll', 'kernelbase.dll'].map((name) => ({ name, path: join(at, name) })),
  );
  return [...own, ...system].filter(({ path }) => {
    try {
      return readFileSync(path).length > 0;
    } catch {
      // each of Wine's images lies in a folder of its own
      return false;
    }
  });
}

const opened: { end(): void }[] = [];
afterAll(() => opened.forEach((o) => o.end()));

/** An engine behind a port that gets files later, as a page's worker does. */
async function engine(dump: string): Promise<{ client: EngineClient; files: DroppedFiles }> {
  const { port1, port2 } = new MessageChannel();
  const portOf = (p: typeof port1): Port => ({
    send: (message) => p.postMessage(message),
    listen: (heard) => p.on('message', heard),
    close: () => p.close(),
  });
  const files = new DroppedFiles();
  new EngineServer(portOf(port2), {
    open: () =>
      Promise.resolve({
        source: new BufferSource(readFileSync(dump), dump),
        engine: { images: files, symbols: createSymbolLoader(files) },
      }),
    addFiles: (added) => {
      for (const { name, path } of added as { name: string; path: string }[])
        files.addSource(name, path, () => new BufferSource(readFileSync(path), path));
      return Promise.resolve(added.length);
    },
  });
  const client = new EngineClient(portOf(port1));
  opened.push({ end: () => port1.close() });
  return { client, files };
}

async function panesOf(client: EngineClient): Promise<Record<string, unknown>> {
  const panes: Record<string, unknown> = {};
  for (const method of PANES) panes[method] = await client.request(method, {});
  panes.disassembly = await client.request('disassembly', { before: 8, after: 8 });
  const [first] = (await client.request('modules', {})).filter((m) => !m.unloaded);
  panes.headers = await client.request('memory', { start: first?.start ?? 0n, length: 0x2000 });
  return panes;
}

describe.skipIf(!hasCorpus)('files that are added to an open dump', () => {
  it.each(CASES)('make %s/%s what it is with them from the start', async (folder, kind, arch) => {
    const dump = corpusFile(`lab/${folder}/${kind}.dmp.gz`);
    const files = filesOf(folder, arch);
    const late = await engine(dump);
    await late.client.request('open', { source: undefined });
    const without = await panesOf(late.client);
    await late.client.request('addFiles', { files });
    const early = await engine(dump);
    await early.client.request('addFiles', { files });
    await early.client.request('open', { source: undefined });
    const expected = await panesOf(early.client);
    expect(without.stack).not.toEqual(expected.stack);
    expect(await panesOf(late.client)).toEqual(expected);
  });
});
