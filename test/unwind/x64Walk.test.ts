import { describe, expect, it } from 'vitest';
import type { UnwindSource } from '../../core/symbols/index.ts';
import { MACHINES } from '../../core/target/index.ts';
import { walkStack, type StackTrace } from '../../core/unwind/index.ts';
import { parseUnwindInfo } from '../../core/unwind/x64/unwindInfo.ts';
import { fakeProcess, type FakeModule, type FakeProcess } from './fakeProcess.ts';

const BASE = 0x140000000;
const PDATA = 0x8000;
const XDATA = 0x9000;

function le(value: number, bytes = 4): string {
  let text = '';
  for (let i = 0; i < bytes; i++)
    text += Math.floor((value / 256 ** i) % 256)
      .toString(16)
      .padStart(2, '0');
  return text;
}

/** A module with these functions: begin, end, and the bytes of their UNWIND_INFO (or the raw RVA for it). */
function imageWith(functions: readonly (readonly [number, number, string | number])[]): {
  module: FakeModule;
  bytes: Record<number, string>;
} {
  let pdata = '';
  const bytes: Record<number, string> = {};
  functions.forEach(([begin, end, info], i) => {
    const rva = typeof info === 'number' ? info : XDATA + i * 0x100;
    pdata += le(begin) + le(end) + le(rva);
    if (typeof info === 'string') bytes[BASE + rva] = info + '00'.repeat(64);
  });
  bytes[BASE + PDATA] = pdata;
  return { module: { name: 'app', base: BASE, size: 0x10000, pdata: [PDATA, functions.length * 12] }, bytes };
}

function walk(process: FakeProcess, registers: Record<string, number | bigint>, limit = 32): StackTrace {
  const fake = fakeProcess({ ...process, machine: MACHINES.x64 });
  return walkStack({ ...fake, registers: fake.registers(registers), limit });
}

function returns(trace: StackTrace): string[] {
  return trace.frames.map((f) => (f.returnAddress ?? 0n).toString(16));
}

/** push rbx; push rdi; sub rsp,20h: codes from the last instruction back */
const PUSHES = '01 06 03 00  06 32  02 70  01 30  00 00';
/** nothing but a return address of 0 on top: the thread's first function, sub rsp,28h */
const FIRST = '01 04 01 00  04 42  00 00';

const { module, bytes } = imageWith([
  [0x1000, 0x1100, PUSHES],
  [0x2000, 0x2100, FIRST],
]);
const first = { 0x5000: [0, 0, 0, 0, 0, 0] };
const inner = { 0x4fc0: [1, 2, 3, 4, 0xdd, 0xbb, BASE + 0x2010], ...first };

describe('x64 by unwind tables', () => {
  it('undoes a prolog, and gives back what it saved', () => {
    const words = { 0x4fc0: [1, 2, 3, 4, 0xdd, 0xbb, BASE + 0x2010, 0, 0, 0, 0, 0, 0] };
    const trace = walk(
      { modules: [module], bytes, words },
      { rip: BASE + 0x1050, rsp: 0x4fc0, rbx: 1, rax: 2 },
    );
    expect(returns(trace)).toEqual([(BASE + 0x2010).toString(16), '0']);
    expect(trace.frames.map((f) => f.frame.toString(16))).toEqual(['4fc0', '4ff8']);
    const caller = trace.frames[1]?.registers;
    expect([caller?.get('rbx'), caller?.get('rdi'), caller?.known('rbx'), caller?.known('rax')]).toEqual([
      0xbbn,
      0xddn,
      true,
      false,
    ]);
    expect([trace.frames[1]?.how, trace.end]).toEqual(['unwind info', 'null return address']);
    // the caller's home area, where kb looks for arguments
    expect(trace.frames[0]?.parameters).toBe(0x4ff8n);
  });

  it.each([
    ['before its first instruction', 0, 0x4ff0],
    ['after one push', 1, 0x4fe8],
    ['after both', 2, 0x4fe0],
    ['after the prolog', 6, 0x4fc0],
  ])('counts how far a prolog has come: %s', (_where, offset, rsp) => {
    const words = { 0x4fc0: [1, 2, 3, 4, 0xdd, 0xbb, BASE + 0x2010, 0, 0, 0, 0, 0, 0] };
    const trace = walk(
      { modules: [module], bytes, words },
      { rip: BASE + 0x1000 + offset, rsp, rbx: 9n, rdi: 9n },
    );
    expect(returns(trace)).toEqual([(BASE + 0x2010).toString(16), '0']);
    const caller = trace.frames[1]?.registers;
    expect(caller?.get('rbx')).toBe(offset >= 1 ? 0xbbn : 9n);
    expect(caller?.sp).toBe(0x4ff8n);
  });

  it('carries out an epilog that has begun, whatever the codes say', () => {
    // add rsp,20h; pop rdi; pop rbx; ret
    const code = { ...bytes, [BASE + 0x1080]: '48 83 c4 20 5f 5b c3' };
    const words = { 0x4fc0: [1, 2, 3, 4, 0xdd, 0xbb, BASE + 0x2010, 0, 0, 0, 0, 0, 0] };
    for (const [offset, rsp] of [
      [0x80, 0x4fc0],
      [0x84, 0x4fe0],
      [0x85, 0x4fe8],
      [0x86, 0x4ff0],
    ] as const) {
      const trace = walk({ modules: [module], bytes: code, words }, { rip: BASE + 0x1000 + offset, rsp });
      expect(returns(trace), offset.toString(16)).toEqual([(BASE + 0x2010).toString(16), '0']);
    }
  });

  it('tells a tail call from a jump within the function', () => {
    const words = { 0x4fc0: [1, 2, 3, 4, 0xdd, 0xbb, BASE + 0x2010, 0, 0, 0, 0, 0, 0], ...first };
    // pop rbx; jmp 2000 leaves the function; jmp 1010 does not
    const out = { ...bytes, [BASE + 0x1080]: '5b e9 7a 0f 00 00' };
    expect(
      returns(walk({ modules: [module], bytes: out, words }, { rip: BASE + 0x1080, rsp: 0x4fe8 }))[0],
    ).toBe((BASE + 0x2010).toString(16));
    const within = { ...bytes, [BASE + 0x1080]: '5b eb 8d' };
    expect(
      returns(walk({ modules: [module], bytes: within, words }, { rip: BASE + 0x1080, rsp: 0x4fc0 }))[0],
    ).toBe((BASE + 0x2010).toString(16));
  });

  it('takes a function without an entry for a leaf', () => {
    const words = { 0x4ff0: [BASE + 0x2010, 0, 0, 0, 0, 0, 0] };
    const code = { ...bytes, [BASE + 0x2008]: '90 90 90 e8 00 00 00 00' };
    const trace = walk({ modules: [module], bytes: code, words }, { rip: BASE + 0x3000, rsp: 0x4ff0 });
    expect([returns(trace)[0], trace.frames[1]?.how]).toEqual([(BASE + 0x2010).toString(16), 'leaf']);
  });

  it('finds the function of a call that is its last instruction', () => {
    const words = { 0x4fb8: [BASE + 0x1100, ...(inner[0x4fc0] ?? []), 0, 0, 0, 0, 0, 0] };
    const code = { ...bytes, [BASE + 0x10f8]: '90 90 90 e8 00 00 00 00', [BASE + 0x3000]: 'c3' };
    const trace = walk({ modules: [module], bytes: code, words }, { rip: BASE + 0x3000, rsp: 0x4fb8 });
    expect(returns(trace).slice(0, 2)).toEqual([(BASE + 0x1100).toString(16), (BASE + 0x2010).toString(16)]);
    expect(trace.frames[1]?.lookup).toBe(BigInt(BASE + 0x10ff));
  });

  it('undoes the whole chain of a fragment, and follows indirect entries', () => {
    const fragment = `21 00 02 00  00 74 07 00  ${le(0x1000)}${le(0x1100)}${le(XDATA)}`;
    const chained = imageWith([
      [0x1000, 0x1100, PUSHES],
      [0x2000, 0x2100, FIRST],
      // saves rdi at rsp+38h and continues in 1000
      [0x3000, 0x3100, fragment],
      // bit 0: the RVA of another entry
      [0x4000, 0x4100, PDATA + 1],
    ]);
    const words = { 0x4fc0: [1, 2, 3, 4, 0xdd, 0xbb, BASE + 0x2010, 0x77, 0, 0, 0, 0, 0] };
    for (const rva of [0x3050, 0x4050]) {
      const trace = walk(
        { modules: [chained.module], bytes: chained.bytes, words },
        { rip: BASE + rva, rsp: 0x4fc0 },
      );
      expect(returns(trace), rva.toString(16)).toEqual([(BASE + 0x2010).toString(16), '0']);
    }
  });

  it('uses the frame register once the prolog has set it', () => {
    // push rbp; mov rbp,rsp (offset 0); sub rsp,rax: the stack pointer alone says nothing
    const framed = imageWith([
      [0x1000, 0x1100, '01 04 02 05  04 03  01 50'],
      [0x2000, 0x2100, FIRST],
    ]);
    const words = { 0x4000: [9, 9], 0x4fe8: [0x7777, BASE + 0x2010, 0, 0, 0, 0, 0, 0] };
    const trace = walk(
      { modules: [framed.module], bytes: framed.bytes, words },
      { rip: BASE + 0x1050, rsp: 0x4000, rbp: 0x4fe8 },
    );
    expect(returns(trace)).toEqual([(BASE + 0x2010).toString(16), '0']);
    expect(trace.frames[1]?.registers.fp).toBe(0x7777n);
  });

  it('follows a frame pointer to another stack, and not for ever', () => {
    // push rbp; mov rbp,rsp; then rsp is set to a stack of the program's own
    const framed = imageWith([
      [0x1000, 0x1100, '01 04 02 05  04 03  01 50'],
      [0x2000, 0x2100, FIRST],
    ]);
    const words = { 0x900000: [9, 9], 0x4fe8: [0x7777, BASE + 0x2010, 0, 0, 0, 0, 0, 0] };
    const registers = { rip: BASE + 0x1050, rsp: 0x900000, rbp: 0x4fe8 };
    expect(returns(walk({ modules: [framed.module], bytes: framed.bytes, words }, registers))).toEqual([
      (BASE + 0x2010).toString(16),
      '0',
    ]);
    // two frames on two stacks that each say the other is the caller
    const circular = { 0x900000: [0x4fe8, BASE + 0x1050], 0x4fe8: [0x900000, BASE + 0x1050] };
    const trace = walk(
      { modules: [framed.module], bytes: framed.bytes, words: circular },
      { ...registers, rsp: 0x900000 },
      1000,
    );
    expect([trace.frames.length < 12, trace.end]).toEqual([true, 'no progress']);
  });

  it('crosses a machine frame, and takes the whole context that lies with it', () => {
    const context = 0x4000;
    // ALLOC_LARGE 590h, PUSH_MACHFRAME: the exception dispatcher
    const dispatcher = imageWith([
      [0x1000, 0x1100, '01 00 03 00  00 01 b2 00  00 0a'],
      [0x2000, 0x2100, FIRST],
    ]);
    const rip = BASE + 0x2010;
    const words: Record<number, (number | bigint)[]> = {
      [context + 0x78]: Array.from({ length: 16 }, (_, i) => (i === 4 ? 0x5000 : 0x100 + i)),
      [context + 0xf8]: [rip],
      [context + 0x590]: [rip, 0x33, 0x246, 0x5000, 0x2b],
      0x5000: [0, 0, 0, 0, 0, 0, 0],
    };
    const trace = walk(
      { modules: [dispatcher.module], bytes: dispatcher.bytes, words },
      { rip: BASE + 0x1050, rsp: context },
    );
    const fault = trace.frames[1];
    expect([fault?.instruction, fault?.lookup, fault?.frame]).toEqual([BigInt(rip), BigInt(rip), 0x5000n]);
    expect([fault?.registers.get('rax'), fault?.registers.get('r15')]).toEqual([0x100n, 0x10fn]);
  });

  it('is not led round by a machine frame that interrupts itself', () => {
    const dispatcher = imageWith([[0x1000, 0x1100, '01 00 01 00  00 0a 00 00']]);
    const words = { 0x5000: [BASE + 0x1050, 0x33, 0x246, 0x5000, 0x2b] };
    const trace = walk(
      { modules: [dispatcher.module], bytes: dispatcher.bytes, words },
      { rip: BASE + 0x1050, rsp: 0x5000 },
      1000,
    );
    expect([trace.frames.length, trace.end]).toEqual([2, 'no progress']);
  });

  it('takes the tables from the PDB where the image is nowhere', () => {
    const unwind: UnwindSource = {
      functionTables: () => ({
        pdata: Buffer.from(bytes[BASE + PDATA] ?? '', 'hex'),
        xdataRva: XDATA,
        xdata: Buffer.from((PUSHES + '00'.repeat(256)).replaceAll(' ', ''), 'hex'),
      }),
    };
    const bare = { name: 'app', base: BASE, size: 0x10000, unwind, functions: { f: 0x1000, g: 0x2000 } };
    const words = { 0x4fc0: [1, 2, 3, 4, 0xdd, 0xbb, BASE + 0x2010] };
    const trace = walk({ modules: [bare], words }, { rip: BASE + 0x1050, rsp: 0x4fc0 });
    expect([returns(trace)[0], trace.frames[1]?.how]).toEqual([(BASE + 0x2010).toString(16), 'unwind info']);
  });
});

describe('x64 where tables do not help', () => {
  it('finds the caller of a jump to a bad address', () => {
    const code = { ...bytes, [BASE + 0x2008]: '90 90 90 e8 00 00 00 00' };
    const words = { 0x4ff0: [BASE + 0x2010, 0, 0, 0, 0, 0, 0] };
    const trace = walk({ modules: [module], bytes: code, words }, { rip: 0x10, rsp: 0x4ff0 });
    expect(returns(trace)[0]).toBe((BASE + 0x2010).toString(16));
    expect(trace.frames[0]?.warning).toBe('no module');
  });

  it('passes over stale return addresses in what symbols say a frame holds', () => {
    const symbols = { functions: { inner: 0x1000, stale: 0x3000, outer: 0x4000 } };
    const bare: FakeModule = { name: 'app', base: BASE, size: 0x10000, ...symbols };
    const words = { 0x4fc0: [1, BASE + 0x3010, 3, 4, BASE + 0x4010, 0, 0] };
    const registers = { rip: BASE + 0x1050, rsp: 0x4fc0 };
    expect(returns(walk({ modules: [bare], words }, registers))[0]).toBe((BASE + 0x3010).toString(16));
    const unwind: UnwindSource = { frameBytes: (rva) => (rva < 0x2000 ? 0x18 : undefined) };
    expect(returns(walk({ modules: [{ ...bare, unwind }], words }, registers))[0]).toBe(
      (BASE + 0x4010).toString(16),
    );
  });

  it('shows a return address that is none, with all its digits', () => {
    const words = { 0x4fc0: [1, 2, 3, 4, 5, 6, 0x4141414141414141n, 0x4242424242424242n] };
    const trace = walk({ modules: [module], bytes, words }, { rip: BASE + 0x1050, rsp: 0x4fc0 });
    expect(returns(trace)[0]).toBe('4141414141414141');
    expect(trace.frames[1]?.instruction).toBe(0x4141414141414141n);
  });

  it('ends where a chain of records leads to itself', () => {
    const circular = imageWith([[0x1000, 0x1100, `21 00 00 00  ${le(0x1000)}${le(0x1100)}${le(XDATA)}`]]);
    const words = { 0x4fc0: [1, 2, 3, 4] };
    const trace = walk(
      { modules: [circular.module], bytes: circular.bytes, words },
      { rip: BASE + 0x1050, rsp: 0x4fc0 },
      1000,
    );
    expect(trace.frames.length).toBeLessThan(10);
  });

  it('has no frames without a context, and says so', () => {
    const fake = fakeProcess({ machine: MACHINES.x64 });
    expect(walkStack({ ...fake, registers: undefined, limit: 10 })).toEqual({
      frames: [],
      end: 'no context',
      truncated: false,
    });
  });

  it('names ARM64EC code, and does not unwind it as if it were x64', () => {
    // the load configuration points to metadata, and that to a map: x64 up to 2000, ARM64EC from there on
    const config = 0xa000;
    const metadata = 0xa800;
    const map = 0xa900;
    const code = {
      ...bytes,
      [BASE + config]: le(0x140) + '00'.repeat(0xc4) + le(BASE + metadata, 8) + '00'.repeat(0x70),
      [BASE + metadata]: le(1) + le(map) + le(2),
      [BASE + map]: le(0x1000 | 2) + le(0x1000) + le(0x2000 | 1) + le(0x1000),
    };
    const mixed = { ...module, loadConfig: [config, 0x140] as const };
    const words = { 0x4fc0: [1, 2, 3, 4, 0xdd, 0xbb, BASE + 0x2010, 0, 0, 0, 0, 0, 0] };
    const trace = walk({ modules: [mixed], bytes: code, words }, { rip: BASE + 0x1050, rsp: 0x4fc0 });
    expect([returns(trace), trace.end]).toEqual([
      [(BASE + 0x2010).toString(16), '0'],
      'machine not supported',
    ]);
  });

  it('names ARM, and does not walk it', () => {
    const fake = fakeProcess({ machine: MACHINES.arm });
    const trace = walkStack({ ...fake, registers: fake.registers({ pc: 0x1000, sp: 0x2000 }), limit: 10 });
    expect([trace.frames.length, trace.end]).toEqual([1, 'machine not supported']);
  });
});

describe('UNWIND_INFO, version 2', () => {
  const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

  it('keeps epilog codes apart from those of the prolog', () => {
    // two epilogs of 2 bytes: one at the very end, one 30h before it; then sub rsp,28h
    const info = parseUnwindInfo(bytesOf('02 04 03 00  02 16  30 06  04 42  00 00'));
    expect(info?.version).toBe(2);
    expect(info?.epilogs).toEqual([
      { fromEnd: 2, size: 2 },
      { fromEnd: 0x30, size: 2 },
    ]);
    expect(info?.codes.map((c) => [c.op, c.value])).toEqual([[2, 0x28]]);
  });

  it('does not know version 4, and says what is cut short', () => {
    expect(parseUnwindInfo(bytesOf('04 04 01 00  04 42'))).toBeUndefined();
    expect(parseUnwindInfo(bytesOf('01 04 05 00  04 42'))).toBeUndefined();
    expect(parseUnwindInfo(bytesOf('01 04 01 00  04 01  00 00'))?.damaged).toBe(true);
  });
});
