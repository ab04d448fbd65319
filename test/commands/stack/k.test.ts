import { describe, expect, it } from 'vitest';
import { MACHINES } from '../../../core/target/index.ts';
import { fakeProcess, type FakeModule, type Faked } from '../../unwind/fakeProcess.ts';
import { run, sessionOf } from './stackSession.ts';

/** The stacks of the tutorial's process, as the debugger printed them: CRT in its own DLL, and linked statically. */
const SHARED_CRT = String.raw`
0037f760 50c6151e ntdll!RtlAllocateHeap
0037f77c 50c70206 MSVCR90D!_heap_alloc_base+0x5e
0037f7c4 50c6ffbf MSVCR90D!_nh_malloc_dbg+0x2c6
0037f7e4 50c6ff6c MSVCR90D!_nh_malloc_dbg+0x7f
0037f80c 50c7b5eb MSVCR90D!_nh_malloc_dbg+0x2c
0037f82c 50c5db81 MSVCR90D!malloc+0x1b
0037f848 01081fbe MSVCR90D!operator new+0x11
0037f87c 010817b2 RuntimeTest!operator new+0x3e [f:\dd\vctools\crt_bld\self_x86\crt\src\newopnt.cpp @ 18]
0037f88c 010815af RuntimeTest!operator new[]+0x12 [f:\dd\vctools\crt_bld\self_x86\crt\src\newaopnt.cpp @ 15]
0037fad0 01081d58 RuntimeTest!wmain+0x19f [c:\users\administrator\desktop\runtimetest\runtimetest\runtimetest.cpp @ 49]
0037fb20 01081b9f RuntimeTest!__tmainCRTStartup+0x1a8 [f:\dd\vctools\crt_bld\self_x86\crt\src\crtexe.c @ 583]
0037fb28 758a343d RuntimeTest!wmainCRTStartup+0xf [f:\dd\vctools\crt_bld\self_x86\crt\src\crtexe.c @ 403]
0037fb34 771c9832 kernel32!BaseThreadInitThunk+0xe
0037fb74 771c9805 ntdll!__RtlUserThreadStart+0x70
0037fb8c 00000000 ntdll!_RtlUserThreadStart+0x1b`
  .trim()
  .split('\n');

interface Row {
  readonly frame: number;
  readonly returns: number;
  readonly module: string;
  readonly name: string;
  readonly displacement: number;
  readonly source?: { file: string; line: number };
}

function parse(line: string): Row {
  const match = /^(\w+) (\w+) (\w+)!(.*?)(?:\+0x(\w+))?(?: \[(.*) @ (\d+)\])?$/.exec(line) ?? [];
  const [, frame = '', returns = '', module = '', name = '', displacement = '0', file, number] = match;
  return {
    frame: parseInt(frame, 16),
    returns: parseInt(returns, 16),
    module,
    name,
    displacement: parseInt(displacement, 16),
    source: file === undefined ? undefined : { file, line: Number(number) },
  };
}

/** A process whose stack must be printed as these rows: chains of ebp, and symbols where the rows have them. */
function processOf(
  lines: readonly string[],
  first: number,
): { fake: Faked; registers: Record<string, number> } {
  const rows = lines.map(parse);
  const words: Record<number, number[]> = {};
  const bases: Record<string, number> = {};
  const functions: Record<string, Record<string, number>> = {};
  rows.forEach((row, i) => {
    const next = rows[i + 1];
    words[row.frame] = [next?.frame ?? 0, row.returns];
    const at = (i === 0 ? first : (rows[i - 1]?.returns ?? 0)) - row.displacement;
    bases[row.module] ??= at & 0xffff0000;
    // two functions of one name (overloads) would need two entries: the rows have none in one module
    (functions[row.module] ??= {})[row.name] = at;
  });
  const modules = Object.entries(functions).map(([name, starts]): FakeModule => {
    const base = Math.min(...Object.values(starts)) & ~0xffff;
    const size = 0x1000000;
    const relative = Object.fromEntries(Object.entries(starts).map(([f, at]) => [f, at - base]));
    return {
      name,
      base,
      size: Math.min(size, nearestAbove(base, functions) - base),
      functions: relative,
      status: 'breakpad',
    };
  });
  const fake = fakeProcess({ modules, words, stack: [0x370000, 0x380000] });
  const sources = rows.map(
    (row, i) => [i === 0 ? first : (rows[i - 1]?.returns ?? 0) - 1, row.source] as const,
  );
  const line = (address: bigint): ReturnType<Faked['symbols']['line']> => {
    const source = sources.find(([at]) => BigInt(at) === address)?.[1];
    const module = fake.target.modules.find(address);
    return source && module && { ...source, rva: 0, length: 1, module };
  };
  // the system's functions are laid out in pieces: only the rows know which one an address belongs to
  const nearest = (address: bigint): ReturnType<Faked['symbols']['nearest']> => {
    const i = rows.findIndex((_, k) => BigInt(k === 0 ? first : (rows[k - 1]?.returns ?? 0) - 1) === address);
    const row = rows[i];
    const module = fake.target.modules.find(address);
    if (!row || !module) return fake.symbols.nearest(address);
    const at = BigInt((i === 0 ? first : (rows[i - 1]?.returns ?? 0)) - row.displacement);
    const symbol = { name: row.name, rva: Number(at - module.base), kind: 'function' as const };
    return { module, symbol, address: at, displacement: address - at };
  };
  return {
    fake: { ...fake, symbols: { ...fake.symbols, line, nearest } },
    registers: { eip: first, esp: (rows[0]?.frame ?? 0) - 8, ebp: rows[0]?.frame ?? 0 },
  };
}

function nearestAbove(base: number, functions: Record<string, Record<string, number>>): number {
  const bases = Object.values(functions).map((starts) => Math.min(...Object.values(starts)) & ~0xffff);
  return Math.min(...bases.filter((b) => b > base), base + 0x1000000);
}

const tutorial = processOf(SHARED_CRT, 0x77193000);
const session = sessionOf(tutorial.fake, tutorial.fake.registers(tutorial.registers));

describe('k on x86', () => {
  it('prints the stack of the tutorial as the debugger did', async () => {
    expect((await run(session, 'k')).lines).toEqual(['ChildEBP RetAddr  ', ...SHARED_CRT]);
  });

  it('numbers frames in hex with n, leaves sources out with L, and takes a count in the default radix', async () => {
    expect((await run(session, 'knL c')).lines).toEqual([
      ' # ChildEBP RetAddr  ',
      ...SHARED_CRT.slice(0, 12).map(
        (row, i) => `${i.toString(16).padStart(2, '0')} ${row.replace(/ \[.*/, '')}`,
      ),
    ]);
    expect((await run(session, 'k2')).lines).toHaveLength(3);
    expect((await run(session, 'kn5')).lines).toHaveLength(6);
  });

  it('prints names alone with c, distances with f', async () => {
    expect((await run(session, 'kc 3')).lines).toEqual([
      'Call Site',
      'ntdll!RtlAllocateHeap',
      'MSVCR90D!_heap_alloc_base',
      'MSVCR90D!_nh_malloc_dbg',
    ]);
    expect((await run(session, 'kf 3')).lines).toEqual([
      '  Memory  ChildEBP RetAddr  ',
      '          0037f760 50c6151e ntdll!RtlAllocateHeap',
      '       1c 0037f77c 50c70206 MSVCR90D!_heap_alloc_base+0x5e',
      '       48 0037f7c4 50c6ffbf MSVCR90D!_nh_malloc_dbg+0x2c6',
    ]);
    expect((await run(session, 'knf 2')).lines.slice(0, 2)).toEqual([
      ' #   Memory  ChildEBP RetAddr  ',
      '00           0037f760 50c6151e ntdll!RtlAllocateHeap',
    ]);
  });

  it('prints the first words of the arguments with b and v, marks for what is not in the dump', async () => {
    const { lines } = await run(session, 'kb 2');
    expect(lines).toEqual([
      'ChildEBP RetAddr  Args to Child              ',
      '0037f760 50c6151e ???????? ???????? ???????? ntdll!RtlAllocateHeap',
      '0037f77c 50c70206 ???????? ???????? ???????? MSVCR90D!_heap_alloc_base+0x5e',
    ]);
  });

  it('begins where it is told to', async () => {
    const { lines } = await run(session, 'kL = 0037fad0 0037f890 010815af');
    expect(lines.slice(1, 3)).toEqual([
      '0037fad0 01081d58 RuntimeTest!wmain+0x19f',
      '0037fb20 01081b9f RuntimeTest!__tmainCRTStartup+0x1a8',
    ]);
  });

  it('gives the stack as data', async () => {
    const { data } = await run(session, 'k');
    expect(data.thread).toEqual({ index: 0, id: '0x1234' });
    expect([data.truncated, data.end]).toEqual([false, 'null return address']);
    const frames = data.frames as Record<string, unknown>[];
    expect(frames).toHaveLength(15);
    expect(frames[7]).toEqual({
      index: 7,
      instruction: '0x1081fbe',
      frame: '0x37f87c',
      return: '0x10817b2',
      module: 'RuntimeTest',
      function: 'operator new',
      displacement: '0x3e',
      source: { file: String.raw`f:\dd\vctools\crt_bld\self_x86\crt\src\newopnt.cpp`, line: 18 },
      inline: false,
      how: 'frame pointer',
    });
    expect(frames[14]?.return).toBeUndefined();
  });

  it('says which registers a stack begins with', async () => {
    const other = sessionOf(tutorial.fake, tutorial.fake.registers({}));
    other.setContext(tutorial.fake.registers(tutorial.registers));
    const { lines } = await run(other, 'k 1');
    expect(lines[0]).toBe('  *** Stack trace for last set context - .thread/.cxr resets it');
  });

  it('refuses what is no count', async () => {
    await expect(run(session, 'k 0')).rejects.toThrow('frame count');
    await expect(run(session, 'k 5 nonsense')).rejects.toThrow('nonsense');
  });
});

describe('k with notes, warnings and inline frames', () => {
  const unwind = {
    fpo: (rva: number) =>
      rva < 0x2000
        ? ({
            start: 0x1000,
            length: 0x100,
            locals: 0,
            parameters: 8,
            prolog: 0,
            savedRegisterCount: 0,
            seh: false,
            usesBp: false,
            frame: 'fpo',
          } as const)
        : undefined,
    inlineFrames: (rva: number) =>
      rva < 0x2000 ? [{ name: 'tiny', start: 0x1008, source: { file: 't.h', line: 3 } }] : [],
  };
  const fake = fakeProcess({
    modules: [
      { name: 'app', base: 0x400000, size: 0x8000, functions: { leaf: 0x1000, main: 0x3000 }, unwind },
      { name: 'other', base: 0x500000, size: 0x8000 },
    ],
    words: { 0x18ff00: [0x403010, 0xa, 0xb, 0xc], 0x18ff20: [0x18ff40, 0x501234], 0x18ff40: [0, 0x99999999] },
  });
  const stack = sessionOf(fake, fake.registers({ eip: 0x401010, esp: 0x18ff00, ebp: 0x18ff20 }));

  it('prints FPO data with v, and dashes for what inline functions do not have', async () => {
    expect((await run(stack, 'kv 2')).lines).toEqual([
      'ChildEBP RetAddr  Args to Child              ',
      '(Inline) -------- -------- -------- -------- app!tiny+0x8 [t.h @ 3]',
      '0018fefc 00403010 0000000a 0000000b 0000000c app!leaf+0x10 (FPO: [2,0,0])',
    ]);
    expect((await run(stack, 'kn 2')).lines[1]).toBe('00 (Inline) -------- app!tiny+0x8 [t.h @ 3]');
  });

  it('warns above the first frame that cannot be trusted', async () => {
    const { lines } = await run(stack, 'k');
    expect(lines.slice(3)).toEqual([
      '0018ff20 00501234 app!main+0x10',
      'WARNING: Stack unwind information not available. Following frames may be wrong.',
      '0018ff40 00000000 other+0x1234',
    ]);
  });
});

describe('k on x64', () => {
  const fake = fakeProcess({
    machine: MACHINES.x64,
    modules: [{ name: 'app', base: 0x140000000, size: 0x8000, functions: { inner: 0x1000, outer: 0x3000 } }],
    words: { 0x5000: [0x140003010n, 1, 2, 3, 0x7ff8_0000_0004n] },
    bytes: { 0x140003008: '90 90 90 e8 00 00 00 00' },
  });
  const stack = sessionOf(fake, fake.registers({ rip: 0x140001000n, rsp: 0x5000n }));

  it('prints stack pointers and four words between colons', async () => {
    const [, head, first] = (await run(stack, 'k')).lines;
    expect((await run(stack, 'k')).lines[0]).toBe('Child-SP          RetAddr           Call Site');
    expect(head).toContain('WARNING');
    expect(first).toBe('00000000`00005000 00000001`40003010 app!inner');
    const [title, , row] = (await run(stack, 'kb')).lines;
    expect(title).toBe(
      'Child-SP          RetAddr           : Args to Child                                                           : Call Site',
    );
    expect(row).toBe(
      '00000000`00005000 00000001`40003010 : 00000000`00000001 00000000`00000002 00000000`00000003 00007ff8`00000004 : app!inner',
    );
    expect((await run(stack, 'kn')).lines[0]).toBe(' # Child-SP          RetAddr           Call Site');
  });
});

it('a stack of a machine that is not unwound says so below what it has', async () => {
  const fake = fakeProcess({ machine: MACHINES.arm });
  const session = sessionOf(fake, fake.registers({ pc: 0x1000, sp: 0x2000 }));
  const { lines } = await run(session, 'k');
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toMatch(/ARM \(Thumb-2\) .* is not unwound/);
});
