import { describe, expect, it } from 'vitest';
import { MACHINES } from '../../core/target/index.ts';
import { walkStack } from '../../core/unwind/index.ts';
import { parseUnwindInfo } from '../../core/unwind/x64/unwindInfo.ts';
import { fakeProcess } from './fakeProcess.ts';

// records are put together by hand from Microsoft's "x64 unwind information V3"; no compiler here makes them yet
const BASE = 0x140000000;
const PDATA = 0x8000;
const XDATA = 0x9000;

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const le = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
};

/**
 * push rbx (at 0); push r12 (1); sub rsp,28h (3); and 8 bytes before the end: add rsp,28h (0); pop r12 (4); pop rbx (6);
 * ret (7), with the prolog's own descriptors.
 */
const MIRRORED = '03 07 08 23  03 01 00  18 f8ff 0000 07 00 04 06  48 64 1c 00';

function walkFrom(rva: number, stack: readonly number[]) {
  const functions: [number, number, string][] = [
    [0x1000, 0x1100, MIRRORED],
    [0x2000, 0x2100, '01 04 01 00  04 42  00 00'],
  ];
  const bytes: Record<number, string> = {
    [BASE + PDATA]: functions.map(([from, to], i) => le(from) + le(to) + le(XDATA + 0x100 * i)).join(''),
  };
  functions.forEach(([, , info], i) => (bytes[BASE + XDATA + 0x100 * i] = info + '00'.repeat(32)));
  const fake = fakeProcess({
    machine: MACHINES.x64,
    modules: [{ name: 'app', base: BASE, size: 0x10000, pdata: [PDATA, 24] }],
    bytes,
    words: { 0x4f00: [...stack, 0, 0, 0, 0, 0, 0] },
  });
  const registers = fake.registers({ rip: BASE + rva, rsp: 0x4f00, rbx: 0x1b, r12: 0x112 });
  const [, caller] = walkStack({ ...fake, registers, limit: 8 }).frames;
  return [caller?.instruction, caller?.registers.get('rbx'), caller?.registers.get('r12')];
}

const RETURN = BASE + 0x2010;
const LOCALS = [1, 2, 3, 4, 5];
const R12 = 0xd12;
const RBX = 0xdbb;

describe('UNWIND_INFO, version 3', () => {
  it.each([
    ['before the first push', 0x1000, [RETURN]],
    ['before the second push', 0x1001, [RBX, RETURN]],
    ['before the allocation', 0x1003, [R12, RBX, RETURN]],
    ['in the body', 0x1007, [...LOCALS, R12, RBX, RETURN]],
    ['in the middle of the body', 0x1050, [...LOCALS, R12, RBX, RETURN]],
    ['at the start of the epilog', 0x10f8, [...LOCALS, R12, RBX, RETURN]],
    ['behind the release', 0x10fc, [R12, RBX, RETURN]],
    ['behind the first pop', 0x10fe, [RBX, RETURN]],
    ['at the return', 0x10ff, [RETURN]],
  ])('finds the caller and what it had in its registers %s', (_place, rva, stack) => {
    const pushed = stack.includes(RBX);
    const [instruction, rbx, r12] = walkFrom(rva, stack);
    expect(instruction).toBe(BigInt(RETURN));
    expect(rbx).toBe(pushed ? BigInt(RBX) : 0x1bn);
    expect(r12).toBe(stack.includes(R12) ? BigInt(R12) : 0x112n);
  });

  it('has pairs of registers, large sizes, far places, and epilogs that inherit', () => {
    // flags LARGE and EHANDLER, prolog of 0x120 bytes
    const info = parseUnwindInfo(
      bytesOf(
        '4b 20 17 46  01' +
          // six operations at 16-bit offsets
          '1801 1001 0c01 0801 0401 0000' +
          // two epilogs: 2 operations 0x40 from the start, then the same 0x10 on, to no parent
          '12 4000 0700 0900 0000 0400' +
          '00 1000' +
          // set rbp; allocate 10008h (large); save xmm6 at 20h; save r15 far; push2 r20,r21; push rbp and rsi
          '00 25  02 0120  6a 0200  7d 00000100  20 ad  2f 00' +
          '00000000',
      ),
    );
    expect(info).toMatchObject({
      version: 3,
      prologSize: 0x120,
      frameRegister: 5,
      frameOffset: 0x20,
      damaged: false,
    });
    expect(info?.codes.map((c) => [c.prologOffset - 1, c.op, c.info, c.value])).toEqual([
      [0x118, 3, 5, 0x20],
      [0x110, 1, 0, 0x10008],
      [0x10c, 8, 6, 0x20],
      [0x108, 5, 15, 0x10000],
      // pushed last, popped first
      [0x104, 0, 21, 0],
      [0x104, 0, 20, 0],
      [0, 0, 6, 0],
      [0, 0, 5, 0],
    ]);
    expect(info?.wodEpilogs?.map((e) => [e.start, e.last, e.toParent, e.codes.length])).toEqual([
      [0x40, 9, false, 2],
      [0x50, 9, false, 2],
    ]);
  });

  it('says where it is cut short or not known, and gives nothing where its payload is not there', () => {
    expect(parseUnwindInfo(bytesOf('03 04 02 01  00 48 00'))).toBeUndefined();
    // an operation that is not there, one that is not known, and a frame that the system defines
    for (const pool of ['00 06 0000', '00 0b 0000', '00 03 0000'])
      expect(parseUnwindInfo(bytesOf(`03 04 01 01  ${pool}`))?.damaged, pool).toBe(true);
    expect(parseUnwindInfo(bytesOf('03 04 01 01  00 48'))?.damaged).toBe(false);
  });
});
