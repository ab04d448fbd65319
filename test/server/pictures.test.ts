import { MessageChannel } from 'node:worker_threads';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Minidump } from '../../core/minidump/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import { EngineClient, type Port } from '../../core/protocol/index.ts';
import { EngineServer } from '../../core/server/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { ntCase } from '../heap/ntCases.ts';

const ports: { close(): void }[] = [];
afterAll(() => ports.forEach((p) => p.close()));

/** A client of a server with this dump open: what is asked goes through a real port, and is copied as between threads. */
async function open(dump: string, bytes: Uint8Array = readFileSync(dump)): Promise<EngineClient> {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1);
  const portOf = (p: typeof port1): Port => ({
    send: (message) => p.postMessage(message),
    listen: (heard) => p.on('message', heard),
    close: () => p.close(),
  });
  new EngineServer(portOf(port2), {
    open: () => {
      const source = new BufferSource(bytes, dump);
      return Promise.resolve({ source, engine: nodeHost({ dump }) });
    },
  });
  const client = new EngineClient(portOf(port1));
  await client.request('open', { source: undefined });
  return client;
}

const MD = 'dumps/runtime-test-md.dmp';
const MT = 'dumps/runtime-test-mt.dmp';

describe('models of memory panes', () => {
  it('have a run for each piece of memory that the file holds', async () => {
    const client = await open(MD);
    const { starts, lasts } = await client.request('memoryRuns', {});
    const { memory } = Minidump.open(new BufferSource(readFileSync(MD), MD));
    let bytes = 0n;
    starts.forEach((start, i) => {
      bytes += (lasts[i] ?? 0n) - start + 1n;
      expect(memory.find(start)).toBeGreaterThanOrEqual(0);
      expect(memory.find(start - 1n)).toBe(-1);
      expect(memory.find((lasts[i] ?? 0n) + 1n)).toBe(-1);
    });
    expect(bytes).toBe(BigInt(memory.totalBytes));
  });

  it('mark the bytes that are not there, and give the others', async () => {
    const client = await open(MD);
    const { starts, lasts } = await client.request('memoryRuns', {});
    const end = (lasts[3] ?? 0n) + 1n;
    expect(starts[4]).not.toBe(end);
    const page = await client.request('memory', { start: end - 12n, length: 20 });
    const there = [...page.bytes.keys()].map((i) => ((page.present?.[i >> 3] ?? 0) >> (i & 7)) & 1);
    expect(there).toEqual([...Array<number>(12).fill(1), ...Array<number>(8).fill(0)]);
    const whole = await client.request('memory', { start: end - 12n, length: 12 });
    expect(whole.present).toBeUndefined();
  });

  it('name what pointers on the stack point to, and load no symbols for it', async () => {
    const client = await open(MD);
    const { address } = await client.request('evaluate', { expression: '@esp' });
    // the heaps' structures are taken from ntdll's symbols where there are any
    await client.request('heaps', {});
    const loaded = (await client.request('context', {})).symbols.loaded;
    const notes = await client.request('pointerNotes', { start: address, length: 256, size: 4 });
    const texts = notes.map((n) => n.text);
    expect(texts.some((t) => t.startsWith('MSVCR90D'))).toBe(true);
    expect(texts).toContain('heap 00340000: internal block 00340000 (1416 bytes)');
    expect(texts.some((t) => t.startsWith('Stack ~0'))).toBe(true);
    expect((await client.request('context', {})).symbols.loaded).toBe(loaded);
  });

  it('find bytes, text and pointers in both directions', async () => {
    const client = await open(MD);
    const find = async (text: string, from: bigint, direction: 'forward' | 'backward') =>
      (await client.request('findBytes', { text, from, direction }))?.address;
    // the no-man's land of the tutorial's block: in front of its 100 bytes and behind them
    expect(await find('cd cd cd cd fd fd fd fd', 0x3486e8n, 'forward')).toBe(0x348748n);
    expect(await find('fd fd fd fd cd cd', 0x348748n, 'backward')).toBe(0x3486e4n);
    const first = await find('u"RuntimeTest"', 0n, 'forward');
    expect(first).toBeDefined();
    const page = await client.request('memory', { start: first ?? 0n, length: 22 });
    expect(new TextDecoder('utf-16le').decode(page.bytes)).toBe('RuntimeTest');
    expect(await find('u"RuntimeTest"', (first ?? 0n) + 1n, 'backward')).toBe(first);
    expect(await find('"no such text in there"', 0n, 'forward')).toBeUndefined();
    await expect(find('no_such_symbol_there', 0n, 'forward')).rejects.toThrow(/no_such_symbol_there/);
  });

  it('lay the fields of a type over memory', async () => {
    const client = await open(MD);
    const { name, fields, size } = await client.request('structureFields', {
      type: '_PEB',
      address: 0x7ffd4000n,
    });
    expect(name).toBe('ntdll!_PEB');
    // _PEB of Windows 7 on x86
    expect(fields.find((f) => f.name === 'ProcessHeap')).toMatchObject({ offset: 0x18, size: 4 });
    expect(fields.find((f) => f.name === 'ProcessHeaps')).toMatchObject({ offset: 0x90, size: 4 });
    expect(size).toBe(0x248);
    await expect(client.request('structureFields', { type: 'no_such', address: 0n })).rejects.toThrow(
      /no type/,
    );
  });
});

describe('the model of the list of heaps', () => {
  it('says nothing of a dump that has them all, and which of them no runtime uses', async () => {
    const client = await open(MD);
    expect((await client.request('heaps', {})).note).toBeUndefined();
    const { heaps } = await client.request('ownership', {});
    expect(heaps.map((h) => [h.heap, h.isProcessHeap, h.users.length])).toEqual([
      [0x240000n, true, 0],
      [0x340000n, false, 1],
    ]);
    // 40, 520 and 96 bytes, as !heap -h lists them
    expect(heaps[0]).toMatchObject({ busyBlocks: 3, busyBytes: 656 });
  });

  it.skipIf(!hasCorpus)('names what a cut file and a normal dump lack', async () => {
    const bytes = readFileSync(corpusFile('nt-heap/19041-x64/many.dmp.gz'));
    const cut = await open('cut.dmp', bytes.subarray(0, bytes.length * 0.6));
    // PEB.NumberOfHeaps of this file is 2, as dt shows
    expect((await cut.request('heaps', {})).note).toContain('1 of the 2 heaps that the PEB counts');
    const normal = await open(corpusFile('lab/x64-static-O0/normal.dmp.gz'));
    const { note, heaps } = await normal.request('heaps', {});
    expect(heaps).toEqual([]);
    expect(note).toMatch(
      /MiniDumpWithPrivateReadWriteMemory or MiniDumpWithFullMemory.* This dump is MiniDumpNormal\.$/,
    );
    const mixed = await open(corpusFile('nt-heap/19041-x64/mixed.dmp.gz'));
    const choices = await mixed.request('heapChoices', {});
    const listed = (await mixed.request('heaps', {})).heaps;
    expect(choices.map((c) => [c.index, c.heap])).toEqual(listed.map((h) => [h.index, h.address]));
  });
});

describe.skipIf(!hasCorpus)('the model of the heap map', () => {
  it('has every block that the heap manager itself walked, each in an area', async () => {
    const { dump, truth } = ntCase('19041-x64', 'mixed');
    const client = await open(corpusFile(dump));
    for (const heap of truth.heaps.filter((h) => h.kind === 'nt').slice(0, 2)) {
      const map = await client.request('heapMap', { heap: BigInt(heap.address) });
      const users = new Map(
        [...map.entry].flatMap((at, i) =>
          map.state[i] === 0 ? [[at + (map.userOffset[i] ?? 0), map.userSize[i]]] : [],
        ),
      );
      for (const [user, size] of heap.blocks) expect(users.get(user), user.toString(16)).toBe(size);
      const outside = [...map.entry].filter((at) => !map.areas.some((a) => at >= a.start && at < a.end));
      expect(outside).toEqual([]);
      map.areas.forEach((a, i) => expect(a.start).toBeGreaterThanOrEqual(map.areas[i - 1]?.end ?? 0));
    }
  });
});

describe('the model of ownership', () => {
  it('shows one runtime that all share in the MD sample, and who may free its memory', async () => {
    const client = await open(MD);
    const { runtimes, modules, flows, heaps } = await client.request('ownership', {});
    expect(runtimes.map((r) => [r.name, r.heap])).toEqual([['MSVCR90D.dll', 0x340000n]]);
    expect(modules.map((m) => m.name)).toEqual(expect.arrayContaining(['RuntimeTest', 'RuntimeDll']));
    const busy = heaps.find((h) => h.heap === 0x340000n)?.busyBytes;
    // what flows out of a private heap is all that is busy in it
    expect(flows.reduce((sum, f) => sum + (f.heap === 0x340000n ? (f.bytes ?? 0) : 0), 0)).toBe(busy);
    const verdict = await client.request('verdict', { address: 0x3486e8n });
    expect(verdict).toMatchObject({ answer: 'may be freed', mustNotFree: [], heap: 0x340000n });
    expect(verdict.mayFree).toEqual(expect.arrayContaining(['RuntimeTest', 'RuntimeDll']));
    expect(verdict.sentence).toMatch(/^003486e8 is the start of debug memory.*may free it\.$/);
  });

  it('keeps the two runtimes of the MT sample apart: each frees its own', async () => {
    const client = await open(MT);
    const { runtimes, verdicts } = await client.request('ownership', {});
    expect(runtimes.map((r) => [r.module, r.heap])).toEqual([
      ['RuntimeTest', 0x340000n],
      ['RuntimeDll', 0x440000n],
    ]);
    expect(verdicts.map((row) => row.map((v) => v.answer))).toEqual([
      ['yes', 'no'],
      ['no', 'yes'],
    ]);
    const [exe, dll] = [0x3486e8n, 0x448648n].map((address) => client.request('verdict', { address }));
    expect(await exe).toMatchObject({
      answer: 'may be freed',
      mayFree: ['RuntimeTest'],
      mustNotFree: ['RuntimeDll'],
    });
    expect(await dll).toMatchObject({
      answer: 'may be freed',
      mayFree: ['RuntimeDll'],
      mustNotFree: ['RuntimeTest'],
    });
  });

  it('says in a sentence why a pointer must not be freed', async () => {
    const client = await open(MT);
    const ask = async (address: bigint) => (await client.request('verdict', { address })).sentence;
    expect(await ask(0x3486f8n)).toMatch(/lies 0x10 bytes into .*free wants the block's start 003486e8/);
    expect(await ask(0x448700n)).toMatch(/it is free already, so nobody may free it\.$/);
    expect(await ask(0x37f700n)).toMatch(/is no heap memory: no free and no delete may be given it\.$/);
  });
});

describe('the model of the address space', () => {
  it('covers the space from 0 without gaps, and says how much of each region the dump holds', async () => {
    const client = await open(MD);
    const { regions, pointerSize } = await client.request('addressSpace', {});
    expect(pointerSize).toBe(4);
    expect(regions[0]?.start).toBe(0n);
    expect(regions.at(-1)?.end).toBe(1n << 32n);
    regions.forEach((r, i) => i > 0 && expect(r.start).toBe(regions[i - 1]?.end));
    const { memory } = Minidump.open(new BufferSource(readFileSync(MD), MD));
    expect(regions.reduce((sum, r) => sum + r.held, 0)).toBe(memory.totalBytes);
    for (const r of regions) {
      const size = Number(r.end - r.start);
      expect(r.inDump).toBe(r.held === size ? 'all' : r.held === 0 ? 'none' : 'part');
    }
    expect(regions.find((r) => r.start <= 0x340000n && r.end > 0x340000n)?.usage).toBe('Heap');
  });
});
