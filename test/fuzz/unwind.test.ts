import { describe, expect, it } from 'vitest';
import { MACHINES, type MachineKind } from '../../core/target/index.ts';
import { parseArm64Record, unpackArm64 } from '../../core/unwind/arm64/unwindRecord.ts';
import { evaluateExpression } from '../../core/unwind/dwarf/dwarfExpression.ts';
import { findDescription, parseEhFrame } from '../../core/unwind/dwarf/ehFrame.ts';
import { rulesAt } from '../../core/unwind/dwarf/frameRules.ts';
import { walkStack } from '../../core/unwind/index.ts';
import { runFrameProgram } from '../../core/unwind/x86/frameProgram.ts';
import { FunctionTable } from '../../core/unwind/x64/functionTable.ts';
import { parseUnwindInfo } from '../../core/unwind/x64/unwindInfo.ts';
import { fakeProcess, type FakeModule, type FakeProcess } from '../unwind/fakeProcess.ts';
import { seeded } from '../seeded.ts';

function randomBytes(next: (below: number) => number, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => next(256));
}

/** Bytes that are a little off: a few of them changed, and sometimes the end cut. */
function mutated(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  const copy = bytes.slice(0, next(4) === 0 ? next(bytes.length + 1) : bytes.length);
  for (let i = next(6); i >= 0 && copy.length > 0; i--) copy[next(copy.length)] = next(256);
  return copy;
}

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('unwind data, hostile', () => {
  it('never makes the parsers throw or run on', () => {
    const next = seeded(0x51ac);
    const record = hex(
      '19 20 09 35  20 01 30 00  18 34 12 00  10 e4 0c 00  10 70 0e 60  00 00 00 00  00 10 00 00',
    );
    const version3 = hex(
      '0b 0c 0a 64  00 08 06 04 00  20 00 01 00 00 04 00 02 03  00 f8 ff  38 3c 7c dc 00 00',
    );
    for (let i = 0; i < 3000; i++) {
      parseUnwindInfo(mutated(record, next));
      parseUnwindInfo(mutated(version3, next));
      parseUnwindInfo(randomBytes(next, next(80)));
      parseArm64Record(randomBytes(next, next(120)));
      const { codes, epilogs } = unpackArm64(next(2 ** 32));
      expect(codes.length).toBeLessThan(64);
      expect(epilogs.length).toBeLessThan(2);
    }
  });

  it('bounds what an ARM64 record may claim', () => {
    // 65,535 epilogs, each from another code: decoded once for each starting point, and only where the bytes are there
    const claims = new Uint8Array(8 + 4 * 0xffff + 255 * 4);
    const view = new DataView(claims.buffer);
    view.setUint32(0, 0x3ffff, true);
    view.setUint32(4, 0xffff | (255 << 16), true);
    for (let i = 0; i < 0xffff; i++) view.setUint32(8 + 4 * i, (i & 0x3ff) << 22, true);
    expect(parseArm64Record(claims)?.epilogs).toHaveLength(0xffff);
    expect(parseArm64Record(claims.subarray(0, 4096))).toBeUndefined();
  });

  it('survives records that lead to themselves', () => {
    const next = seeded(0x7a61);
    for (let i = 0; i < 300; i++) {
      const bytes = randomBytes(next, 0x400);
      // every record is chained, to places within the same bytes
      for (let at = 0; at < 0x400; at += 0x20) {
        bytes.set([0x21, 0, 0, 0], at);
        new DataView(bytes.buffer).setUint32(at + 12, next(0x20) * 0x20 + next(2), true);
      }
      const table = new FunctionTable(bytes, (rva, length) => bytes.slice(rva, rva + length));
      for (let k = 0; k < 8; k++)
        expect(table.chain(table.at(next(table.length))).length).toBeLessThanOrEqual(32);
    }
  });

  it('ends every frame program and every DWARF expression', () => {
    const next = seeded(0x9e37);
    const tokens = '$T0 $T1 $eip $esp $ebp .raSearch = ^ @ + - * / % 0 4 8 -4 99999999999 $20 . $ !'.split(
      ' ',
    );
    const given = new Map([
      ['$ebp', 0x1000],
      ['$esp', 0xff0],
      ['.raSearch', 0x1004],
    ]);
    for (let i = 0; i < 4000; i++) {
      const program = Array.from({ length: next(40) }, () => tokens[next(tokens.length)]).join(
        next(5) === 0 ? '' : ' ',
      );
      const result = runFrameProgram(program, given, (at) => (at & 4 ? at ^ 0x55 : undefined));
      for (const value of result?.values() ?? []) expect(value >>> 0).toBe(value);
      evaluateExpression(randomBytes(next, next(24)), { register: (n) => n * 16, read: (at) => at ^ 0xff });
    }
    // a branch back to itself
    const loop = hex('31 28 fc ff');
    expect(evaluateExpression(loop, { register: () => 0, read: () => 0 })).toBeUndefined();
    expect(evaluateExpression(hex('2f fd ff'), { register: () => 0, read: () => 0 })).toBeUndefined();
  });

  it('survives damaged .eh_frame sections', () => {
    const next = seeded(0xeff);
    const section = hex(
      '14000000 00000000 01 7a5200 01 7c 08 01 1b 0c0404 8801 0000' +
        '24000000 1c000000 00100000 40000000 00 41 0e08 8502 42 0d05 7a 0a c5 0c0404 44 0b 6f 0a c5 0c0404 0000 0000' +
        '00000000',
    );
    expect(parseEhFrame(section, 0x2000, 0)).toHaveLength(1);
    for (let i = 0; i < 3000; i++) {
      const found = parseEhFrame(mutated(section, next), 0x2000, 0x400000) ?? [];
      for (const description of found) rulesAt(description, description.start + next(0x80));
      findDescription(found, next(0x4000));
    }
  });
});

/** A process whose code, tables and stack are noise, with enough of return addresses in it to walk on. */
function noise(
  kind: MachineKind,
  next: (below: number) => number,
): { process: FakeProcess; registers: Record<string, number> } {
  const machine = MACHINES[kind];
  const base = 0x400000;
  const size = machine.pointerSize;
  const stack = Array.from({ length: 200 }, () => {
    switch (next(4)) {
      case 0:
        return 0x10000 + next(0x400) * size;
      case 1:
        return base + 0x1000 + next(0x200);
      default:
        return next(0x100000);
    }
  });
  const code = randomBytes(next, 0x220);
  // calls stand before many addresses
  for (let i = 0; i < 40; i++) code[next(0x200)] = 0xe8;
  const pdata = new DataView(new ArrayBuffer(0x60));
  for (let i = 0; i < 8; i++) {
    pdata.setUint32(i * 12, 0x1000 + i * 0x40, true);
    pdata.setUint32(i * 12 + 4, 0x1000 + i * 0x40 + 0x40, true);
    pdata.setUint32(i * 12 + 8, 0x3000 + next(0x40) * 4 + next(2), true);
  }
  const program = '$T0 .raSearch = $eip $T0 ^ = $esp $T0 4 - = $ebp $T0 8 - ^ =';
  const record = {
    start: 0x1000,
    length: 0x200,
    locals: next(0x40),
    parameters: next(0x20),
    savedRegisters: next(16),
    prolog: next(16),
    maxStack: 0,
    program: next(2) ? program : '$T0 $ebp = $eip $T0 4 + ^ = $ebp $T0 ^ = $esp $T0 =',
    seh: false,
    eh: false,
    functionStart: true,
  };
  const module: FakeModule = {
    name: next(2) ? 'ntdll' : 'app',
    base,
    size: 0x8000,
    pdata: size === 8 ? [0x2000, 0x60] : undefined,
    functions: next(3)
      ? { f: 0x1000, KiUserExceptionDispatcher: 0x1080, KiUserCallbackDispatcher: 0x1100 }
      : undefined,
    unwind: size === 4 && next(2) ? { frameData: (rva) => (rva < 0x1100 ? record : undefined) } : undefined,
  };
  const bytes = {
    [base + 0x1000]: toHex(code),
    [base + 0x2000]: toHex(new Uint8Array(pdata.buffer)),
    [base + 0x3000]: toHex(randomBytes(next, 0x200)),
  };
  const process = {
    machine,
    modules: [module],
    bytes,
    words: { 0x10000: stack },
    stack: [0x10000, 0x10000 + 200 * size] as const,
  };
  const ip = base + 0x1000 + next(0x200);
  const sp = 0x10000 + next(100) * size;
  const fp = 0x10000 + next(150) * size;
  const names: Record<MachineKind, Record<string, number>> = {
    x86: { eip: ip, esp: sp, ebp: fp },
    x64: { rip: ip, rsp: sp, rbp: fp },
    arm64: { pc: ip & ~3, sp, fp, lr: base + 0x1000 + (next(0x200) & ~3) },
    arm: { pc: ip, sp },
  };
  return { process, registers: names[kind] };
}

describe('stacks, hostile', () => {
  it.each(['x86', 'x64', 'arm64'] as const)(
    'ends every walk on %s, for a reason and within the limit',
    (kind) => {
      const next = seeded(0xdead + kind.length);
      for (let i = 0; i < 150; i++) {
        const { process, registers } = noise(kind, next);
        const fake = fakeProcess(process);
        const trace = walkStack({ ...fake, registers: fake.registers(registers), limit: 64 });
        expect(trace.frames.length).toBeGreaterThan(0);
        expect(trace.frames.length).toBeLessThanOrEqual(64);
        expect(trace.truncated).toBe(trace.end === 'frame limit');
        for (const frame of trace.frames) {
          // everything that is printed can be had
          void [
            frame.frame,
            frame.returnAddress,
            frame.parameters,
            frame.lookup,
            frame.virtualFrame,
            frame.registers.ip,
          ];
        }
      }
    },
  );

  it.each(['x86', 'x64', 'arm64'] as const)(
    'ends every walk on %s by STACK CFI rules that say anything',
    (kind) => {
      const next = seeded(0xcf1 + kind.length);
      const tokens =
        '.cfa: .ra: $rsp $esp sp $rbp: $ebp: x29: lr .cfa .ra 4 8 16 -8 99999999999999999999 0 + - * / % @ ^'.split(
          ' ',
        );
      // rules as symbol files have them, a few words of which are others
      const seeds = [
        '.cfa: $esp 4 + .ra: .cfa 4 - ^',
        '.cfa: $rsp 8 + .ra: .cfa 8 - ^',
        '.cfa: sp 16 + .ra: .cfa 8 - ^',
      ];
      let deep = 0;
      for (let i = 0; i < 300; i++) {
        const { process, registers } = noise(kind, next);
        const rules = Array.from({ length: 1 + next(3) }, (_, k) => {
          const words = (seeds[k === 0 ? ['x86', 'x64', 'arm64'].indexOf(kind) : next(3)] ?? '').split(' ');
          for (let n = next(3); n > 0; n--) words[next(words.length)] = tokens[next(tokens.length)] ?? '';
          return words.join(' ');
        });
        const modules = (process.modules ?? []).map((m) => ({
          ...m,
          pdata: undefined,
          unwind: { stackCfi: () => ({ start: 0x1000, length: 0x200, rules }) },
        }));
        const fake = fakeProcess({ ...process, modules });
        const trace = walkStack({ ...fake, registers: fake.registers(registers), limit: 64 });
        expect(trace.frames.length).toBeLessThanOrEqual(64);
        expect(trace.truncated).toBe(trace.end === 'frame limit');
        if (trace.frames.some((f) => f.how === 'unwind info')) deep++;
      }
      expect(deep).toBeGreaterThan(20);
    },
  );
});
