import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { Minidump } from '../../../core/minidump/index.ts';
import { nodeHost } from '../../../core/node/index.ts';
import { corpusFile, hasCorpus, wineImages } from '../../corpus.ts';
import { labFolder } from '../../openCorpus.ts';
import { runLine } from '../runLine.ts';
import { MemoryFiles } from './memoryFiles.ts';

const LAB = 'x64-dll-O0';

describe.skipIf(!hasCorpus)('.dump, cut out of a full dump and opened again', () => {
  const files = new MemoryFiles();
  const full = hasCorpus ? corpusFile(`lab/${LAB}/full.dmp.gz`) : '';
  let original: Engine;

  const open = (bytes: Uint8Array, name: string): Promise<Engine> => {
    const imagePath = [labFolder(LAB), ...wineImages('x64')].join(';');
    const host = nodeHost({ dump: full, symbolPath: labFolder(LAB), imagePath });
    return Engine.open(new BufferSource(bytes, name), { ...host, outputFiles: files });
  };

  beforeAll(async () => {
    original = await open(readFileSync(full), 'full.dmp');
  });

  async function cut(options: string): Promise<{ bytes: Uint8Array; dump: Minidump; engine: Engine }> {
    const { lines, errors } = await runLine(original, `.dump /o /m${options} cut.dmp`);
    expect(errors).toEqual([]);
    expect(lines).toEqual(['Creating cut.dmp - mini user dump', 'Dump successfully written']);
    const bytes = files.files.get('cut.dmp') ?? new Uint8Array(0);
    const dump = Minidump.open(new BufferSource(bytes, 'cut.dmp'));
    expect(dump.memory.count).toBeGreaterThan(0);
    return { bytes, dump, engine: await open(bytes, 'cut.dmp') };
  }

  async function same(engine: Engine, line: string): Promise<void> {
    const wanted = await runLine(original, line);
    const got = await runLine(engine, line);
    expect(wanted.lines.length).toBeGreaterThan(1);
    expect(got.lines).toEqual(wanted.lines);
  }

  it('/m: small, with the same stacks, registers, modules and times', async () => {
    const { bytes, engine, dump } = await cut('');
    expect(bytes.length).toBeLessThan(600_000);
    for (const line of ['~*k', 'r', 'lm1m', '~', '.time', 'u @rip L4']) await same(engine, line);
    expect([dump.handles.length, dump.memoryInfos.length, dump.threadInfos.size, dump.header.flags]).toEqual([
      0,
      0,
      0,
      0n,
    ]);
    expect(dump.problems).toEqual([]);
  });

  it('/ma: all memory, bit for bit, and every list', async () => {
    const { dump, engine } = await cut('a');
    const source = Minidump.open(new BufferSource(readFileSync(full), 'full.dmp'));
    expect(dump.header.flags).toBe(0x1826n);
    expect(dump.memory.totalBytes).toBe(source.memory.totalBytes);
    for (let i = 0; i < source.memory.count; i += 7) {
      const size = Math.min(source.memory.size(i), 4096);
      const at = dump.memory.find(source.memory.start(i));
      const offset = dump.memory.fileOffset(at) + Number(source.memory.start(i) - dump.memory.start(at));
      const wanted = source.bytes(source.memory.fileOffset(i), size);
      expect(Buffer.compare(dump.bytes(offset, size), wanted)).toBe(0);
    }
    for (const line of ['!handle 0 f', '!address -summary', '!runaway 7', '!heap -s', 'lm1m', '!locks']) {
      await same(engine, line);
    }
  });

  it('/mp: what !peb, !teb and !tls show', async () => {
    const { engine } = await cut('p');
    for (const line of ['!peb', '!teb', '!dlls -l']) await same(engine, line);
  });

  it('/mi, /md, /mc, /mw: what is pointed to, data, code, private memory', async () => {
    const sizes = new Map<string, number>();
    for (const letter of ['', 'i', 'd', 'c', 'w'])
      sizes.set(letter, (await cut(letter)).dump.memory.totalBytes);
    const small = sizes.get('') ?? 0;
    for (const [letter, size] of sizes) if (letter !== '') expect(size).toBeGreaterThan(small);
    const data = await cut('d');
    const list = 'dq RuntimeTest!g_list_head L1; dd RuntimeTest!g_numbers L8';
    expect((await runLine(data.engine, list)).lines).toEqual((await runLine(original, list)).lines);
    const written = await cut('wd');
    await same(written.engine, 'dt RuntimeTest!Node poi(RuntimeTest!g_list_head)');
  });

  it('/mr and /mR: the same stacks, no values of locals, no folders', async () => {
    const plain = await cut('');
    const { engine, dump } = await cut('rR');
    for (const { name } of dump.modules) expect(name).not.toContain('\\');
    await same(engine, '~*kc');
    const count = (bytes: Uint8Array): number => Buffer.from(bytes).toString('latin1').split('\0').length;
    // a local of the main thread, which truth has as 1558815248, is gone
    const local = Buffer.alloc(4);
    local.writeInt32LE(1558815248);
    const filtered = files.files.get('cut.dmp') ?? new Uint8Array(0);
    expect(Buffer.from(plain.bytes).includes(local)).toBe(true);
    expect(Buffer.from(filtered).includes(local)).toBe(false);
    expect(count(filtered)).toBeGreaterThan(count(plain.bytes));
  });

  it('keeps an exception and takes a comment', async () => {
    const crash = corpusFile('lab/x86-crash-av-write-null/privrw.dmp.gz');
    const engine = await Engine.open(new BufferSource(readFileSync(crash), 'c.dmp'), { outputFiles: files });
    await runLine(engine, '.dump /c "cut here" /mh crash.dmp');
    const dump = Minidump.open(
      new BufferSource(files.files.get('crash.dmp') ?? new Uint8Array(0), 'crash.dmp'),
    );
    expect(dump.comments.unicode).toBe('cut here');
    const again = await Engine.open(
      new BufferSource(files.files.get('crash.dmp') ?? new Uint8Array(0), 'crash.dmp'),
    );
    for (const line of ['.exr -1', '.ecxr', 'r'])
      expect((await runLine(again, line)).lines).toEqual((await runLine(engine, line)).lines);
  });

  it.each([
    ['.dump x', 'exists', '.dump x'],
    ['.dump /f x', '/ma'],
    ['.dump /mz x', 'no option z'],
    ['.dump /ba x', 'CAB'],
    ['.dump /ka x', 'kernel'],
    ['.dump', 'file name'],
  ])('%s says why not', async (line, message, first?: string) => {
    if (first !== undefined) await runLine(original, first);
    expect((await runLine(original, line)).errors[0]).toContain(message);
  });
});
