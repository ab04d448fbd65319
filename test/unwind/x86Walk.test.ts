import { describe, expect, it } from 'vitest';
import type { FrameData, StackWin, UnwindSource } from '../../core/symbols/index.ts';
import { FpoOverrides, walkStack, type StackTrace } from '../../core/unwind/index.ts';
import { fakeProcess, type FakeModule, type FakeProcess } from './fakeProcess.ts';

const APP = { name: 'app', base: 0x400000, size: 0x10000 } as const;
const NTDLL = { name: 'ntdll', base: 0x77000000, size: 0x10000 } as const;

function walk(process: FakeProcess, registers: Record<string, number>, limit = 32): StackTrace {
  const { target, symbols, machine, thread, registers: make } = fakeProcess(process);
  return walkStack({ target, symbols, machine, registers: make(registers), thread, limit });
}

function returns(trace: StackTrace): string[] {
  return trace.frames.map((f) => (f.returnAddress ?? 0n).toString(16));
}

/** `call` with five bytes in front of each return address, so that it looks like one. */
function calls(...returns: number[]): Record<number, string> {
  return Object.fromEntries(returns.map((address) => [address - 8, '90 90 90 e8 00 01 00 00']));
}

const frameData = (start: number, over: Partial<FrameData>): FrameData => ({
  start,
  length: 0x100,
  locals: 0,
  parameters: 0,
  savedRegisters: 0,
  prolog: 0,
  maxStack: 0,
  program: '',
  seh: false,
  eh: false,
  functionStart: true,
  ...over,
});

describe('x86 by ebp', () => {
  const process: FakeProcess = {
    modules: [{ ...APP, functions: { inner: 0x1000, middle: 0x2000, outer: 0x3000 } }],
    bytes: calls(0x402010, 0x403010),
    words: { 0x18ff00: [0x18ff20, 0x402010, 1, 2, 3], 0x18ff20: [0x18ff40, 0x403010, 4], 0x18ff40: [0, 0] },
  };

  it('follows the chain to its end, and prints the bases that WinDbg prints', () => {
    const trace = walk(process, { eip: 0x401020, esp: 0x18fef0, ebp: 0x18ff00 });
    expect(returns(trace)).toEqual(['402010', '403010', '0']);
    expect(trace.frames.map((f) => f.frame.toString(16))).toEqual(['18ff00', '18ff20', '18ff40']);
    expect(trace.frames.map((f) => f.how)).toEqual(['context', 'frame pointer', 'frame pointer']);
    expect(trace.end).toBe('null return address');
    expect(trace.truncated).toBe(false);
    expect(trace.frames[0]?.parameters).toBe(0x18ff08n);
  });

  it('recovers ebp and esp, and marks what it does not know', () => {
    const caller = walk(process, { eip: 0x401020, esp: 0x18fef0, ebp: 0x18ff00, ecx: 9 }).frames[1]
      ?.registers;
    expect(caller?.get('ebp')).toBe(0x18ff20n);
    expect(caller?.get('esp')).toBe(0x18ff08n);
    expect(caller?.known('ebp')).toBe(true);
    expect(caller?.known('esi')).toBe(false);
    expect(caller?.known('ecx')).toBe(false);
  });

  it('says so when the limit cut it', () => {
    const trace = walk(process, { eip: 0x401020, esp: 0x18fef0, ebp: 0x18ff00 }, 2);
    expect(returns(trace)).toEqual(['402010', '403010']);
    expect([trace.end, trace.truncated]).toEqual(['frame limit', true]);
  });

  it('ends where a frame points to itself', () => {
    const looped = { ...process, words: { 0x18ff00: [0x18ff00, 0x402010] } };
    const trace = walk(looped, { eip: 0x401020, esp: 0x18fef0, ebp: 0x18ff00 }, 1000);
    expect(trace.frames.length).toBeLessThan(5);
    expect(trace.end).not.toBe('frame limit');
  });

  it('stops at the first instruction of a function before it has pushed anything', () => {
    const bytes = { ...calls(0x402010, 0x403010), 0x401000: '8b ff 55 8b ec 83 ec 20 33 c0 c9 c3' };
    const words = { ...process.words, 0x18fefc: [0x402010] };
    const at = (offset: number, esp: number): string[] =>
      returns(walk({ ...process, bytes, words }, { eip: 0x401000 + offset, esp, ebp: 0x18ff20 }));
    // nothing pushed, at `push ebp`, and after it, when esp points to the saved ebp
    expect(at(0, 0x18fefc)).toEqual(['402010', '403010', '0']);
    expect(at(2, 0x18fefc)).toEqual(['402010', '403010', '0']);
    const pushed = { ...process.words, 0x18fef8: [0x18ff20, 0x402010] };
    const trace = walk({ ...process, bytes, words: pushed }, { eip: 0x401003, esp: 0x18fef8, ebp: 0x18ff20 });
    expect(returns(trace)).toEqual(['402010', '403010', '0']);
  });

  it('carries out an epilog that has begun', () => {
    const bytes = { ...calls(0x402010, 0x403010), 0x401000: '55 8b ec 5e 5b c9 c2 08 00' };
    const leave = walk(
      { ...process, bytes, words: { ...process.words, 0x18ff00: [0x18ff20, 0x402010] } },
      { eip: 0x401005, esp: 0x18fef8, ebp: 0x18ff00 },
    );
    expect(returns(leave)).toEqual(['402010', '403010', '0']);
    const atReturn = walk(
      { ...process, bytes, words: { ...process.words, 0x18ff04: [0x402010] } },
      { eip: 0x401006, esp: 0x18ff04, ebp: 0x18ff20 },
    );
    expect(returns(atReturn)).toEqual(['402010', '403010', '0']);
    // ret 8 takes the arguments with it
    expect(atReturn.frames[1]?.registers.sp).toBe(0x18ff10n);
  });
});

describe('x86 where execution went astray', () => {
  const words = { 0x18ff00: [0x402010, 0, 0], 0x18ff20: [0x18ff40, 0x403010], 0x18ff40: [0, 0] };
  const modules = [{ ...APP, functions: { middle: 0x2000, outer: 0x3000 } }];
  const bytes = calls(0x402010, 0x403010);

  it.each([0, 0x41414141])('finds the caller of a call to %s', (eip) => {
    const trace = walk({ modules, bytes, words }, { eip, esp: 0x18ff00, ebp: 0x18ff20 });
    expect(returns(trace)).toEqual(['402010', '403010', '0']);
    expect(trace.frames[0]?.warning).toBe('no module');
    expect(trace.frames[1]?.how).toBe('leaf');
  });

  it('shows what was written over a return address, and goes on above it', () => {
    const smashed = { 0x18ff00: [0x41414141, 0x42424242, 0x403010, 0], 0x18ff40: [0, 0] };
    const atReturn = { ...bytes, 0x402100: 'c3' };
    const trace = walk(
      { modules, bytes: atReturn, words: smashed },
      { eip: 0x402100, esp: 0x18ff00, ebp: 0x42424242 },
    );
    expect(returns(trace)).toEqual(['41414141', '403010', '0']);
    expect(trace.frames[1]?.module).toBeUndefined();
    expect(trace.frames.map((f) => f.warning)).toEqual([undefined, 'no module', undefined]);
  });

  it('believes frame data that a return address was written over', () => {
    const program = '$T0 $ebp = $eip $T0 4 + ^ = $ebp $T0 ^ = $esp $T0 8 + =';
    const unwind: UnwindSource = { frameData: () => frameData(0x2000, { program }) };
    const trace = walk(
      {
        modules: [{ ...APP, functions: { middle: 0x2000 }, unwind }],
        bytes,
        words: { 0x18ff00: [0x42424242, 0x41414141, 0] },
      },
      { eip: 0x402100, esp: 0x18fef0, ebp: 0x18ff00 },
    );
    expect(returns(trace)[0]).toBe('41414141');
  });

  it('says that the stack is not in the dump', () => {
    const trace = walk({ modules }, { eip: 0x402100, esp: 0x18ff00, ebp: 0x18ff20 });
    expect([trace.frames.length, trace.end]).toEqual([1, 'memory not in dump']);
  });

  it('does not take data for a return address: a call stands before a real one', () => {
    const code = { 0x402020: '8b ec 8b ec 8b ec 8b ec 8b ec', ...calls(0x402010) };
    const stack = { 0x18ff00: [0x402028, 0x402010, 0, 0] };
    const trace = walk({ modules, bytes: code, words: stack }, { eip: 0x300, esp: 0x18ff00, ebp: 0 });
    expect(returns(trace)[0]).toBe('402010');
    expect(trace.frames[1]?.how).toBe('scan');
  });
});

describe('x86 by symbol files', () => {
  const withUnwind = (unwind: UnwindSource): FakeModule => ({
    ...APP,
    functions: { inner: 0x1000, outer: 0x3000 },
    unwind,
  });
  const outer = frameData(0x3000, { program: '$T0 $ebp = $eip $T0 4 + ^ = $ebp $T0 ^ = $esp $T0 8 + =' });

  it('runs frame data: locals, saved registers and the arguments of the call lie below the return address', () => {
    const inner = frameData(0x1000, {
      locals: 8,
      savedRegisters: 4,
      parameters: 4,
      program: '$T0 .raSearch = $eip $T0 ^ = $esp $T0 4 + = $esi $T0 4 - ^ =',
    });
    const unwind: UnwindSource = { frameData: (rva) => (rva < 0x3000 ? inner : outer) };
    const trace = walk(
      {
        modules: [withUnwind(unwind)],
        bytes: calls(0x403010),
        words: { 0x18ff00: [1, 2, 0xeeee, 0x403010, 5], 0x18ff40: [0, 0] },
      },
      { eip: 0x401050, esp: 0x18ff00, ebp: 0x18ff40, esi: 1 },
    );
    expect(returns(trace)).toEqual(['403010', '0']);
    expect(trace.frames[1]?.how).toBe('frame data');
    expect(trace.frames[1]?.registers.get('esi')).toBe(0xeeeen);
    expect(trace.frames[0]?.frame).toBe(0x18ff08n);
    expect(trace.frames[0]?.virtualFrame).toBe(0x18ff0cn);
    expect(trace.frames[0]?.note).toBe('FPO: [1,2,1]');
    expect(trace.frames[1]?.note).toBe('FPO: [Non-Fpo]');
  });

  it('follows FPO records, and finds the ebp that a function saved among its registers', () => {
    // push ebx; push ebp; push esi; sub esp,8; nop
    const bytes = { ...calls(0x403010), 0x401000: '53 55 56 83 ec 08 90 90 90 90 90 90 90 90 90 90' };
    const fpo = {
      start: 0x1000,
      length: 0x100,
      locals: 8,
      parameters: 0,
      prolog: 6,
      savedRegisterCount: 3,
      seh: false,
      usesBp: true,
      frame: 'fpo',
    } as const;
    const unwind: UnwindSource = { fpo: (rva) => (rva < 0x3000 ? fpo : undefined) };
    const words = { 0x18ff00: [1, 2, 0x111, 0x18ff40, 0x333, 0x403010], 0x18ff40: [0, 0] };
    const trace = walk(
      { modules: [withUnwind(unwind)], bytes, words },
      { eip: 0x40100a, esp: 0x18ff00, ebp: 7 },
    );
    expect(returns(trace)).toEqual(['403010', '0']);
    expect(trace.frames[1]?.registers.fp).toBe(0x18ff40n);
    expect(trace.frames[0]?.note).toBe('FPO: [Uses EBP] [0,2,3]');
    // in the prolog only what was pushed so far counts
    const early = walk(
      {
        modules: [withUnwind(unwind)],
        bytes,
        words: { 0x18ff0c: [0x18ff40, 0x333, 0x403010], 0x18ff40: [0, 0] },
      },
      { eip: 0x401002, esp: 0x18ff0c, ebp: 0x18ff40 },
    );
    expect(returns(early)).toEqual(['403010', '0']);
  });

  it('takes an FPO record that a person set in place of what symbols say', () => {
    const fake = fakeProcess({
      modules: [withUnwind({ frameData: () => outer })],
      bytes: calls(0x403010),
      words: { 0x18ff00: [1, 2, 3, 0x403010], 0x18ff40: [0, 0] },
    });
    const module = fake.target.modules.at(0);
    if (!module) throw new Error('no module');
    const overrides = FpoOverrides.of(fake.target);
    const fpo = {
      length: 16,
      locals: 12,
      parameters: 0,
      prolog: 0,
      savedRegisterCount: 0,
      seh: false,
    } as const;
    overrides.set({ module, start: 0x1050, ...fpo, usesBp: false, frame: 'fpo' });
    const registers = fake.registers({ eip: 0x401050, esp: 0x18ff00, ebp: 0x18ff40 });
    const trace = walkStack({ ...fake, registers, limit: 8 });
    expect([returns(trace)[0], trace.frames[1]?.how]).toEqual(['403010', 'fpo']);
    expect(overrides.remove(module, 0x1058)).toBe(1);
    expect(overrides.in(module)).toEqual([]);
  });

  const stackWin = (over: Partial<StackWin>): StackWin => ({
    type: 4,
    start: 0x1000,
    length: 0x100,
    prolog: 0,
    epilog: 0,
    parameters: 0,
    savedRegisters: 4,
    locals: 8,
    maxStack: 0,
    allocatesBasePointer: false,
    ...over,
  });

  it.each([
    ['a program', stackWin({ program: '$T0 .raSearch = $eip $T0 ^ = $esp $T0 4 + =' }), 'frame data'],
    ['counts', stackWin({ type: 0 }), 'fpo'],
  ])('follows STACK WIN records with %s', (_what, record, how) => {
    const unwind: UnwindSource = { stackWin: (rva) => (rva < 0x3000 ? record : undefined) };
    const words = { 0x18ff00: [1, 2, 3, 0x403010], 0x18ff40: [0, 0] };
    const trace = walk(
      { modules: [withUnwind(unwind)], bytes: calls(0x403010), words },
      { eip: 0x401050, esp: 0x18ff00, ebp: 0x18ff40 },
    );
    expect([returns(trace), trace.frames[1]?.how]).toEqual([['403010', '0'], how]);
  });

  it('follows STACK CFI records, later lines in place of earlier ones', () => {
    const rules = ['.cfa: $esp 4 + .ra: .cfa 4 - ^', '.cfa: $esp 16 + $ebx: .cfa 8 - ^'];
    const unwind: UnwindSource = {
      stackCfi: (rva) => (rva < 0x3000 ? { start: 0x1000, length: 0x100, rules } : undefined),
    };
    const words = { 0x18ff00: [1, 2, 0xbb, 0x403010], 0x18ff40: [0, 0] };
    const trace = walk(
      { modules: [withUnwind(unwind)], bytes: calls(0x403010), words },
      { eip: 0x401050, esp: 0x18ff00, ebp: 0x18ff40 },
    );
    expect(returns(trace)).toEqual(['403010', '0']);
    expect(trace.frames[1]?.registers.get('ebx')).toBe(0xbbn);
    expect(trace.frames[1]?.how).toBe('unwind info');
  });

  it('puts functions inlined at a place above the one that holds them', () => {
    const unwind: UnwindSource = {
      frameData: () => outer,
      inlineFrames: (rva) =>
        rva < 0x2000
          ? [
              { name: 'innermost', start: 0x1048 },
              { name: 'middle', start: 0x1040, source: { file: 'm.c', line: 7 } },
            ]
          : [],
    };
    const words = { 0x18ff00: [0x18ff20, 0x403010], 0x18ff20: [0, 0] };
    const trace = walk(
      { modules: [withUnwind(unwind)], bytes: calls(0x403010), words },
      { eip: 0x401050, esp: 0x18fef0, ebp: 0x18ff00 },
    );
    expect(trace.frames.map((f) => [f.index, f.inline, f.how, f.inlined?.name])).toEqual([
      [0, true, 'inline', 'innermost'],
      [1, true, 'inline', 'middle'],
      [2, false, 'context', undefined],
      [3, false, 'frame data', undefined],
    ]);
  });
});

describe('x86 through ntdll’s dispatchers', () => {
  const modules: FakeModule[] = [
    { ...APP, functions: { faulting: 0x1000, main: 0x3000 } },
    {
      ...NTDLL,
      functions: {
        KiUserCallbackDispatcher: 0x1000,
        KiUserExceptionDispatcher: 0x2000,
        RtlDispatchException: 0x5000,
      },
    },
  ];

  it('goes on at the context that the exception was raised in', () => {
    const context = 0x18f100;
    const record = 0x18f0b0;
    const words: Record<number, number[]> = {
      // RtlDispatchException's frame: ebp, return into the dispatcher, record, context
      0x18f000: [0x18f080, 0x7700200f, record, context],
      [record + 0xc]: [0x401020],
      [context]: [0x1007f],
      [context + 0x9c]: [0xd1, 0x51, 0xb1, 0xd2, 0xc1, 0xa1, 0x18ff00, 0x401020, 0x1b, 0x246, 0x18fef0],
      0x18ff00: [0x18ff20, 0x403010],
      0x18ff20: [0, 0],
    };
    const bytes = calls(0x7700200f, 0x403010);
    const trace = walk({ modules, words, bytes }, { eip: 0x77005010, esp: 0x18eff0, ebp: 0x18f000 });
    expect(returns(trace)).toEqual(['7700200f', '401020', '403010', '0']);
    const fault = trace.frames[2];
    expect([fault?.instruction, fault?.lookup]).toEqual([0x401020n, 0x401020n]);
    expect(['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi'].map((r) => fault?.registers.get(r))).toEqual([
      0xa1n,
      0xb1n,
      0xc1n,
      0xd2n,
      0x51n,
      0xd1n,
    ]);
    expect(trace.frames[1]?.note).toBe('CONTEXT @ 0018f100');
  });

  it('goes on at the system call under a callback from the kernel', () => {
    const words = {
      0x18f000: [0x18f100, 0x77001013, 0x18f010, 12, 0xa, 0xb, 0xc, 0x403010, 0, 0],
      0x18f100: [0, 0],
    };
    const trace = walk(
      { modules, words, bytes: calls(0x77001013, 0x403010) },
      { eip: 0x401020, esp: 0x18eff0, ebp: 0x18f000 },
    );
    expect(returns(trace).slice(0, 2)).toEqual(['77001013', '403010']);
  });
});

describe('x86 functions without symbols', () => {
  const modules = [APP];

  it('finds where a function begins by who called it', () => {
    // the caller's `call 401000` returns to 403010; 401000: push esi; sub esp,0Ch; …
    const rel = (0x401000 - 0x403010) >>> 0;
    const little = rel.toString(16).padStart(8, '0').match(/../g)?.reverse().join(' ') ?? '';
    const bytes = {
      0x401000: '56 83 ec 0c 8b f1 e8 00 00 00 00 90 90 90 90 90',
      [0x403010 - 8]: `90 90 90 e8 ${little}`,
      ...calls(0x404010),
    };
    // a stale return address lies among the locals: the function itself says how deep the real one is
    const words = { 0x18ff00: [0x404010, 2, 3, 0x51, 0x403010, 0], 0x18ff30: [0, 0] };
    const trace = walk({ modules, bytes, words }, { eip: 0x40100b, esp: 0x18ff00, ebp: 0x18ff30, esi: 1 });
    expect(returns(trace)[0]).toBe('403010');
    expect(trace.frames[1]?.registers.get('esi')).toBe(0x51n);
    expect(trace.frames[0]?.warning).toBe('no unwind information');
  });

  it('looks for the call in progress beyond what the prolog made room for', () => {
    const bytes = { 0x401000: '56 57 8b f1 6a 01 6a 02 ff d0 90 90', ...calls(0x403010) };
    const words = { 0x18ff00: [2, 1, 0x57, 0x56, 0x403010], 0x18ff30: [0, 0] };
    const withStart = [{ ...APP, functions: { f: 0x1000 }, status: 'pdb' as const }];
    const trace = walk({ modules: withStart, bytes, words }, { eip: 0x401008, esp: 0x18ff00, ebp: 0x18ff30 });
    expect(returns(trace)[0]).toBe('403010');
  });
});
