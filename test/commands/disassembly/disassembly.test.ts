import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { nodeHost } from '../../../core/node/index.ts';
import { hasCorpus, shared, sharedJson } from '../../corpus.ts';
import type { LabTruth } from '../../openCorpus.ts';
import { openLab } from '../openLab.ts';
import { openEngine, runLine } from '../runLine.ts';

/** An instruction of u and uf in JSON. */
interface Row {
  readonly address: string;
  readonly bytes: string;
  readonly text: string;
  readonly symbol?: string;
  readonly target?: string;
  readonly line?: number;
}

async function rowsOf(engine: Engine, line: string): Promise<readonly Row[]> {
  const { data, errors } = await runLine(engine, line);
  expect(errors, line).toEqual([]);
  interface Data {
    readonly instructions?: readonly Row[];
    readonly blocks?: readonly { readonly instructions: readonly Row[] }[];
  }
  const { instructions, blocks = [] } = JSON.parse(JSON.stringify(data)) as Data;
  return instructions ?? blocks.flatMap((b) => b.instructions);
}

const endOf = (row: Row | undefined): bigint =>
  BigInt(row?.address ?? 0) + BigInt((row?.bytes.length ?? 0) / 2);
const CALL = /^(call|blr?)\b/;

/** Where calls return to, as the programs noted themselves while they ran. */
const CASES = ['x86-static-O0', 'x86-dll-O0', 'x64-static-O0', 'x64-static-O2'] as const;

describe.skipIf(!hasCorpus).each(CASES)('code of %s', (name) => {
  let engine: Engine;
  let returns: readonly { readonly func: string; readonly address: bigint }[];
  beforeAll(async () => {
    engine = await openLab(name);
    const { threads } = sharedJson<LabTruth>(`corpus/lab/${name}/truth.json.gz`);
    const frames = threads.flatMap((t) => t.frames_innermost_first);
    const byAddress = new Map(frames.map((f) => [BigInt(f.return_address), f.func]));
    returns = [...byAddress].map(([address, func]) => ({ address, func }));
  });

  it('ub ends at each return address with the call that returns there', async () => {
    expect(returns.length).toBeGreaterThan(10);
    for (const { address } of returns) {
      const rows = await rowsOf(engine, `ub 0n${address} l4`);
      expect(rows.length).toBeGreaterThan(0);
      expect(endOf(rows.at(-1))).toBe(address);
      expect(rows.at(-1)?.text, address.toString(16)).toMatch(CALL);
      for (const [k, row] of rows.entries()) {
        const next = rows[k + 1];
        if (next) expect(endOf(row)).toBe(BigInt(next.address));
      }
    }
  });

  it('uf holds each return address and the call before it, in order and without overlaps', async () => {
    for (const { address } of returns) {
      const rows = await rowsOf(engine, `uf 0n${address}`);
      const addresses = rows.map((r) => BigInt(r.address));
      expect(addresses, address.toString(16)).toContain(address);
      expect(rows.map(endOf)).toContain(address);
      rows.slice(1).forEach((row, k) => {
        expect(BigInt(row.address) >= endOf(rows[k])).toBe(true);
      });
    }
  });

  it('uf covers as much of a function as its symbol has bytes', async () => {
    let whole = 0;
    for (const { address } of returns) {
      const found = engine.session.symbols.nearest(address);
      const size = found?.symbol.size;
      if (!found || size === undefined || size === 0) continue;
      const rows = await rowsOf(engine, `uf 0n${address}`);
      const inside = rows.filter(
        (r) => BigInt(r.address) >= found.address && BigInt(r.address) < found.address + BigInt(size),
      );
      // behind a call that does not return may lie a breakpoint that the unwind record covers
      const others = rows.filter((r) => !inside.includes(r)).map((r) => r.text);
      expect(
        others.filter((text) => !/^(int +3|nop.*)$/.test(text)),
        found.symbol.name,
      ).toEqual([]);
      const bytes = inside.reduce((sum, r) => sum + r.bytes.length / 2, 0);
      expect(bytes).toBeLessThanOrEqual(size);
      // what no branch leads to, as behind a call that never returns, is left out
      expect(bytes / size, found.symbol.name).toBeGreaterThan(0.9);
      whole += bytes === size ? 1 : 0;
    }
    expect(whole).toBeGreaterThan(3);
  });

  it('uf numbers source lines as the symbols have them', async () => {
    const [first] = returns;
    for (const row of await rowsOf(engine, `uf 0n${first?.address ?? 0n}`)) {
      expect(row.line).toBe(engine.session.symbols.line(BigInt(row.address))?.line);
    }
  });
});

function openPublic(name: string): Promise<Engine> {
  return openEngine(
    `public/dumps/${name}`,
    nodeHost({ dump: '', symbolPath: shared('corpus/public/symbols'), imagePath: '' }),
  );
}

describe.skipIf(!hasCorpus)('the text of u, ub and uf', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openPublic('llvm_sigsegv-2e2479_x64_win10.dmp.gz');
  });

  it('u has a heading where a symbol begins, and columns of address, bytes and instruction', async () => {
    // cl /Od of LLVM's sigsegv.cpp; llvm-objdump reads the same instructions from these bytes
    expect((await runLine(engine, 'u sigsegv!crash l4')).lines).toEqual([
      'sigsegv!crash [c:\\temp\\sigsegv.cpp @ 17]:',
      '00007ff7`a13110b0 884c2408        mov     byte ptr [rsp+8],cl',
      '00007ff7`a13110b4 4883ec28        sub     rsp,28h',
      '00007ff7`a13110b8 488d0d411f0000  lea     rcx,[sigsegv+0x3000 (00007ff7`a1313000)]',
      '00007ff7`a13110bf e855ffffff      call    sigsegv!ILT+20(printf) (00007ff7`a1311019)',
    ]);
  });

  it('u goes on where it was', async () => {
    const whole = await rowsOf(engine, 'u sigsegv!crash l6');
    await runLine(engine, 'u sigsegv!crash l2');
    const rest = await rowsOf(engine, 'u l4');
    expect(rest).toEqual(whole.slice(2));
    expect((await runLine(engine, 'u')).data).toMatchObject({ instructions: { length: 8 } });
  });

  it('u takes ranges with both ends', async () => {
    const rows = await rowsOf(engine, 'u sigsegv!crash sigsegv!crash+8');
    expect(rows.map((r) => r.bytes)).toEqual(['884c2408', '4883ec28', '488d0d411f0000']);
  });

  it('uf has blocks with headings, apart by empty lines, and line numbers of five columns', async () => {
    const { lines } = await runLine(engine, 'uf sigsegv!crash+10');
    expect(lines.filter((l) => l.endsWith(':'))).toEqual([
      'sigsegv!crash [c:\\temp\\sigsegv.cpp @ 17]:',
      'sigsegv!crash+0x1d [c:\\temp\\sigsegv.cpp @ 21]:',
      'sigsegv!crash+0x34 [c:\\temp\\sigsegv.cpp @ 24]:',
    ]);
    expect(lines.filter((l) => l === '')).toHaveLength(2);
    expect(lines[1]).toBe('   17 00007ff7`a13110b0 884c2408        mov     byte ptr [rsp+8],cl');
    expect(lines).toContain(
      '   19 00007ff7`a13110cb 7417            je      sigsegv!crash+0x34 (00007ff7`a13110e4)',
    );
  });

  it('uf /c shows the calls alone, each with where it leads', async () => {
    expect((await runLine(engine, 'uf /c sigsegv!crash')).lines).toEqual([
      'sigsegv!crash (00007ff7`a13110b0)',
      '  sigsegv!crash+0xf (00007ff7`a13110bf):',
      '    call to sigsegv!ILT+20(printf) (00007ff7`a1311019)',
      '  sigsegv!crash+0x24 (00007ff7`a13110d4):',
      '    call to sigsegv!ILT+20(printf) (00007ff7`a1311019)',
      '  sigsegv!crash+0x3b (00007ff7`a13110eb):',
      '    call to sigsegv!ILT+20(printf) (00007ff7`a1311019)',
    ]);
  });

  it('uf /i counts', async () => {
    const { lines } = await runLine(engine, 'uf /i sigsegv!crash');
    const count = (await rowsOf(engine, 'uf sigsegv!crash')).length;
    expect(lines[0]).toBe(`${count} instructions scanned`);
  });

  it('marks what is not in the dump, and where the command failed', async () => {
    expect((await runLine(engine, 'u 12340000')).lines).toEqual([
      '00000000`12340000 ??              ???',
      `${' '.repeat('0:000> u 12340000'.length - 1)}^ Memory access error in 'u 12340000'`,
    ]);
    const back = await runLine(engine, 'ub 12340000');
    expect(back.lines).toEqual([
      `${' '.repeat('0:000> ub 12340000'.length - 1)}^ Unable to find valid previous instruction for 'ub 12340000'`,
    ]);
    expect((await runLine(engine, 'uf 12340000')).errors).toEqual(['No code found, aborting']);
  });

  it('uu goes on behind what is not there', async () => {
    expect((await runLine(engine, 'uu 12340000 l2')).lines).toEqual([
      '00000000`12340000 ??              ???',
      '00000000`12340001 ??              ???',
    ]);
  });

  it('gives targets and symbols in JSON', async () => {
    const rows = await rowsOf(engine, 'u sigsegv!crash+f l1');
    expect(rows).toEqual([
      {
        address: '0x7ff7a13110bf',
        bytes: 'e855ffffff',
        text: 'call    sigsegv!ILT+20(printf) (00007ff7`a1311019)',
        symbol: 'sigsegv!crash+0xf',
        target: '0x7ff7a1311019',
        line: 18,
      },
    ]);
  });

  it('refuses options and addresses that there are not', async () => {
    expect((await runLine(engine, 'uf /z sigsegv!crash')).errors).toHaveLength(1);
    expect((await runLine(engine, 'u nosuch!name')).errors).toHaveLength(1);
  });
});

describe.skipIf(!hasCorpus)('notes of r', () => {
  it('show what the operand of the fault holds', async () => {
    const engine = await openPublic('llvm_sigsegv-2e2479_x64_win10.dmp.gz');
    const { lines } = await runLine(engine, '.ecxr');
    expect(lines.at(-1)).toMatch(
      /^00007ff7`a13110d9 c704250000000000000000 mov dword ptr \[0\],0 +ds:00000000`00000000=\?{8}$/,
    );
  });

  it('name the accumulator that a division takes', async () => {
    const engine = await openLab('x64-crash-div0');
    const { lines } = await runLine(engine, '.ecxr');
    expect(lines.at(-1)).toBe('00000001`800010cd f7f9            idiv    eax,ecx');
  });
});
