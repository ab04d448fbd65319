import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine, type EngineHost } from '../../../core/engine/index.ts';
import { Minidump, writeMinidump } from '../../../core/minidump/index.ts';
import { nodeHost } from '../../../core/node/index.ts';
import { corpusFile, hasCorpus, wineImages } from '../../corpus.ts';
import { labFolder } from '../../openCorpus.ts';
import { MemoryFiles } from '../files/memoryFiles.ts';
import { openLab } from '../openLab.ts';
import { openEngine, runLine } from '../runLine.ts';

const LAB = 'x64-dll-O0';

/** The lab's full dump with bytes of its memory changed. */
async function openPatched(
  patches: readonly (readonly [address: bigint, bytes: readonly number[]])[],
  lent: EngineHost = {},
): Promise<Engine> {
  const path = corpusFile(`lab/${LAB}/full.dmp.gz`);
  const file = new Uint8Array(readFileSync(path));
  const { memory } = Minidump.open(new BufferSource(file, path));
  for (const [address, bytes] of patches) {
    const i = memory.find(address);
    file.set(bytes, memory.fileOffset(i) + Number(address - memory.start(i)));
  }
  const imagePath = [labFolder(LAB), ...wineImages('x64')].join(';');
  return Engine.open(new BufferSource(file, path), {
    ...nodeHost({ dump: path, symbolPath: labFolder(LAB), imagePath }),
    ...lent,
  });
}

describe.skipIf(!hasCorpus)('!chkimg', () => {
  // RuntimeTest!Waiter1 and what a hook writes there: jmp rel32 to Waiter2 (truth: x RuntimeTest!Waiter?)
  const WAITER1 = 0x140002fa0n;

  it('finds nothing in code that nobody changed, relocated modules and Wine’s own too', async () => {
    const engine = await openLab(LAB, 'full');
    for (const name of ['RuntimeTest', 'RuntimeDll', 'ntdll', 'kernel32']) {
      const { lines, data } = await runLine(engine, `!chkimg ${name}`);
      expect(lines[0]).toBe(`Number of different bytes for ${name}: 0`);
      expect((data as { comparedBytes: number }).comparedBytes).toBeGreaterThan(1000);
    }
  });

  it('shows what was changed, and where a hook leads', async () => {
    const engine = await openPatched([
      [WAITER1, [0xe9, 0x3b, 0, 0, 0]],
      [WAITER1 + 0x20n, [0xcc]],
    ]);
    const { lines, data } = await runLine(engine, '!chkimg -d RuntimeTest');
    expect(lines[0]).toMatch(/^ {4}00000001`40002fa0-00000001`40002fa\d {2}\d bytes - RuntimeTest!Waiter1$/);
    expect(lines[1]).toMatch(/^ {8}\[ 55( [0-9a-f]{2})*:e9( [0-9a-f]{2})* \]$/);
    expect(lines[2]).toBe('        jumps to RuntimeTest!Waiter2');
    expect(lines).toContainEqual(
      expect.stringMatching(/1 bytes - RuntimeTest!Waiter1\+20 \(\+0x[0-9a-f]+\)$/),
    );
    expect(lines.at(-1)).toMatch(/^Number of different bytes for RuntimeTest: [56]$/);
    expect(data).toMatchObject({ differences: [{ start: '0x140002fa0', jumpsTo: '0x140002fe0' }, {}] });
    const bytes = await runLine(engine, '!chkimg -db -lo 1 RuntimeTest');
    expect(bytes.lines[0]).toMatch(/^00000001`40002fa0 {2}\*e9 /);
    const part = await runLine(engine, '!chkimg -d -r 0x140002fc0 0x140002fd0 RuntimeTest');
    expect(part.lines.at(-1)).toBe('Number of different bytes for RuntimeTest: 1');
    const fix = await runLine(engine, '!chkimg -f RuntimeTest');
    expect(fix.lines[0]).toContain('a dump is not changed');
  });

  it('writes a line for each difference to a file, as its letters say', async () => {
    const files = new MemoryFiles();
    const engine = await openPatched([[WAITER1 + 0x20n, [0xcc]]], { outputFiles: files });
    const before = (await runLine(engine, `.printf "%02x", by(0x140002fc0)`)).lines.join();
    expect(before).toBe('cc');
    const { errors } = await runLine(engine, '!chkimg -mmw a.log vrsSewtMark -mmw b.log ro RuntimeTest');
    expect(errors).toEqual([]);
    expect(files.text('a.log')).toMatch(
      /^0x140002fc0,0x2fc0,RuntimeTest!Waiter1\+0x20,\.text,[0-9a-f]{2},cc,Mark\n$/,
    );
    await runLine(engine, '!chkimg -mmw a.log r -mmw b.log ro RuntimeTest');
    expect(files.text('a.log').split('\n')).toHaveLength(3);
    expect(files.text('b.log')).toBe('0x2fc0\n');
    expect((await runLine(engine, '!chkimg -mmw a.log xyz RuntimeTest')).errors[0]).toContain(
      'takes columns',
    );
  });

  it('says which file it needs, and what it does not know', async () => {
    const engine = await openEngine(`lab/${LAB}/full.dmp.gz`);
    expect((await runLine(engine, '!chkimg kernel32')).errors[0]).toContain('needs the file of kernel32.dll');
    expect((await runLine(engine, '!chkimg -x')).errors[0]).toContain('does not know');
  });
});

describe.skipIf(!hasCorpus)('!gs', () => {
  it('finds the cookie whole in the frame, and sees that it is gone', async () => {
    const engine = await openEngine('public/dumps/google_tiny-exe-fastfail-573d69_x64_win10.dmp.gz');
    const { lines, data } = await runLine(engine, '!gs');
    expect(lines.join('\n')).toMatch(/Frame of|Corruption occurred in/);
    expect(data).toHaveProperty('reported');
  });
});

describe.skipIf(!hasCorpus)('!avrf, !cpuid, !tp and !wow64exts.info', () => {
  it('say what the dump says', async () => {
    const wow = await openEngine('public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz');
    expect((await runLine(wow, '!avrf')).lines[0]).toBe(
      'Application verifier is not enabled for this process.',
    );
    const { lines } = await runLine(wow, '!wow64exts.info');
    expect(lines.slice(0, 2)).toEqual(['PEB32: 0x7efde000', 'PEB64: 0x7efdf000']);
    const teb = (await runLine(wow, '? @$teb')).lines[0];
    const teb64 = /TEB64: 0x([0-9a-f]+)/.exec(lines.join('\n'))?.[1] ?? '?';
    expect(teb).toContain(teb64);
    const lab = await openLab(LAB, 'full');
    expect((await runLine(lab, '!wow64exts.info')).errors[0]).toContain('no WOW64 dump');
    const cpu = await runLine(lab, '!cpuid');
    expect(cpu.lines[0]).toBe('CP  F/M/S  Manufacturer     MHz');
    expect(cpu.lines).toHaveLength(3);
    expect((await runLine(lab, '!tp pool 1000')).errors[0]).toContain('_TP_POOL');
    expect((await runLine(lab, '!tp')).errors[0]).toContain('wqueue');
  });
});

describe('!htrace', () => {
  /** AVRF_HANDLE_OPERATION records behind their list header (avrfsdk.h). */
  function operations(): Uint8Array {
    const record = 32 + 32 * 8;
    const bytes = new Uint8Array(16 + 2 * record);
    const view = new DataView(bytes.buffer);
    [16, record, 2, 0].forEach((value, i) => view.setUint32(4 * i, value, true));
    [2, 1].forEach((operation, i) => {
      const at = 16 + i * record;
      view.setBigUint64(at, 0x7ccn, true);
      [0x10, 0x20, operation, 0, 1].forEach((value, k) => view.setUint32(at + 8 + 4 * k, value, true));
      view.setBigUint64(at + 32, 0x401000n, true);
    });
    return bytes;
  }

  async function open(withTraces: boolean): Promise<Engine> {
    const bytes = writeMinidump({
      systemInfo: { processorArchitecture: 0, majorVersion: 6, minorVersion: 1, buildNumber: 7601 },
      threads: [{ id: 1, context: new Uint8Array(716) }],
      modules: [],
      otherStreams: withTraces ? [{ type: 18, bytes: operations() }] : [],
    });
    return Engine.open(new BufferSource(bytes, 'made.dmp'));
  }

  it('prints the traces of a handle', async () => {
    const { lines, data } = await runLine(await open(true), '!htrace 7cc');
    expect(lines).toContain('Handle = 0x000007cc - CLOSE');
    expect(lines).toContain('Handle = 0x000007cc - OPEN');
    expect(lines).toContain('Thread ID = 0x00000020, Process ID = 0x00000010');
    expect(lines.slice(-2)).toEqual(['Parsed 0x2 stack traces.', 'Dumped 0x2 stack traces.']);
    expect(data).toMatchObject({ traces: [{ operation: 'CLOSE', returnAddresses: ['0x401000'] }, {}] });
    expect((await runLine(await open(true), '!htrace 0 1')).lines.at(-1)).toBe('Dumped 0x1 stack traces.');
    expect((await runLine(await open(true), '!htrace 8')).lines.at(-1)).toBe('Dumped 0x0 stack traces.');
  });

  it('says what it needs', async () => {
    expect((await runLine(await open(false), '!htrace')).errors[0]).toContain('HandleOperationListStream');
    expect((await runLine(await open(false), '!htrace -enable')).errors[0]).toContain('live target');
  });
});
