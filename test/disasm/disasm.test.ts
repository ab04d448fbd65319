import { describe, expect, it } from 'vitest';
import {
  decodeBackwards,
  functionFlow,
  loadDisassembler,
  operandValue,
  plainOperands,
} from '../../core/disasm/index.ts';
import {
  ContextRecord,
  contextSize,
  MACHINES,
  type MachineKind,
  type Memory,
  type RegisterContext,
} from '../../core/target/index.ts';
import { MemoryUnreadable } from '../../core/errors/index.ts';
import { symbolsAt } from './symbolsAt.ts';

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

async function decode(kind: MachineKind, address: bigint, hex: string) {
  const disassembler = await loadDisassembler(MACHINES[kind]);
  return disassembler.decode(bytesOf(hex), address);
}

function context(kind: MachineKind, values: Readonly<Record<string, bigint>>): RegisterContext {
  const machine = MACHINES[kind];
  const registers = new ContextRecord(machine, new Uint8Array(contextSize(machine)));
  for (const [name, value] of Object.entries(values)) registers.set(name, value);
  return registers;
}

/** Memory that holds the given bytes at one address and nothing else. */
function memoryAt(base: bigint, hex: string): Memory {
  const bytes = bytesOf(hex);
  const available = (address: bigint, length: number): number => {
    const from = Number(address - base);
    return from < 0 || from >= bytes.length ? 0 : Math.min(length, bytes.length - from);
  };
  return {
    read: (address, length) => {
      if (available(address, length) < length) throw new MemoryUnreadable(address);
      return bytes.slice(Number(address - base), Number(address - base) + length);
    },
    available,
    windows: () => [],
    origin: () => undefined,
    nextReadable: () => undefined,
  };
}

describe('the disassembler', () => {
  it('knows where direct branches go', async () => {
    // samples.md section 7: 77d65f6a e854130000 call ntdll!LdrpInitializeProcess (77d672c3)
    const call = await decode('x86', 0x77d65f6an, 'e854130000');
    expect([call.flow, call.target]).toEqual(['call', 0x77d672c3n]);
    const jump = await decode('x64', 0x7ffc0f1d48fbn, '7464');
    expect([jump.flow, jump.target]).toEqual(['conditional', 0x7ffc0f1d4961n]);
    const syscall = await decode('x64', 0n, '0f05');
    expect([syscall.flow, syscall.target]).toEqual(['interrupt', undefined]);
    const bl = await decode('arm64', 0x7ff60000100cn, '01000094');
    expect([bl.flow, bl.target]).toEqual(['call', 0x7ff600001010n]);
  });

  it.each<[MachineKind, string, string]>([
    ['x86', 'cd29', 'stop'],
    ['x64', '0f0b', 'stop'],
    ['x86', 'cc', 'interrupt'],
    ['x64', 'ff2500000000', 'indirect jump'],
    ['x64', 'ffd0', 'indirect call'],
    ['arm64', '60003ed4', 'stop'],
    ['arm64', '00013fd6', 'indirect call'],
    ['arm64', 'ff0b5fd6', 'return'],
  ])('%s %s goes on as: %s', async (kind, hex, flow) => {
    expect((await decode(kind, 0n, hex)).flow).toBe(flow);
  });

  it('says that bytes are no instruction, and that none are there', async () => {
    expect((await decode('x64', 0n, '06')).valid).toBe(false);
    expect((await decode('x86', 0n, 'e854')).valid).toBe(false);
    expect((await decode('x86', 0n, '')).valid).toBe(false);
    expect((await decode('arm64', 0n, 'ffffffff')).valid).toBe(false);
    expect((await decode('arm64', 0n, 'fd7b')).valid).toBe(false);
    expect((await decode('arm', 0n, '')).valid).toBe(false);
  });

  it('tells reading from writing, and both from merely computing an address', async () => {
    const access = async (kind: MachineKind, hex: string) => {
      const { memory } = await decode(kind, 0n, hex);
      return memory && [memory.size, memory.read, memory.write];
    };
    expect(await access('x86', '8b4e04')).toEqual([4, true, false]); // mov ecx,[esi+4]
    expect(await access('x86', '894e04')).toEqual([4, false, true]); // mov [esi+4],ecx
    expect(await access('x86', '014e04')).toEqual([4, true, true]); // add [esi+4],ecx
    expect(await access('x86', '8d4e04')).toEqual([0, false, false]); // lea ecx,[esi+4]
    expect(await access('x64', '0f1f440000')).toEqual([0, false, false]); // nop dword ptr [rax+rax]
    expect(await access('x64', '483b07')).toEqual([8, true, false]); // cmp rax,[rdi]
    expect(await access('arm64', '005940f9')).toEqual([8, true, false]); // ldr x0,[x8,#0xB0]
    expect(await access('arm64', 'fd7bbfa9')).toEqual([16, false, true]); // stp fp,lr,[sp,#-0x10]!
    expect(await access('arm64', '08014039')).toEqual([1, true, false]); // ldrb w8,[x8]
  });
});

/** What r prints behind the instruction: samples.md section 4 and public transcripts. */
describe("r's note on the instruction", () => {
  const segments = { ds: 0x2bn, ss: 0x2bn, es: 0x2bn, fs: 0x53n };

  it('gives address and value of a memory operand', async () => {
    const i = await decode('x86', 0x564a0cd7n, '395e0c');
    const registers = context('x86', { ...segments, esi: 0x27261fd8n });
    const note = operandValue(i, registers, memoryAt(0x27261fe4n, 'c0c0c0c0'));
    expect(note).toBe(' ds:002b:27261fe4=c0c0c0c0');
  });

  it('has no selector in 64-bit code and shows what is not there', async () => {
    const i = await decode('x64', 0x7ffecc6b7a80n, '488b5708');
    const registers = context('x64', { rdi: 0xf0f0f0f0f0f0f0f0n });
    const note = operandValue(i, registers, memoryAt(0n, ''));
    expect(note).toBe(' ds:f0f0f0f0`f0f0f0f8=????????????????');
  });

  it('stands at the right end of short lines', async () => {
    // 001ffbc8 c70100000000    mov     dword ptr [ecx],0    ds:002b:00000f9c=????????
    const i = await decode('x86', 0x1ffbc8n, 'c70100000000');
    const registers = context('x86', { ...segments, ecx: 0xf9cn });
    expect(operandValue(i, registers, memoryAt(0n, ''), undefined, 50)).toBe('    ds:002b:00000f9c=????????');
  });

  it('names the function that a pointer leads to', async () => {
    const i = await decode('x86', 0x733adc11n, 'ff1574a33d73');
    const memory = memoryAt(0x733da374n, 'f0042377');
    const symbols = symbolsAt('ntdll!ZwDeviceIoControlFile (772304f0)');
    const note = operandValue(i, context('x86', segments), memory, symbols);
    expect(note).toBe(' ds:002b:733da374={ntdll!ZwDeviceIoControlFile (772304f0)}');
    // data is shown as a symbol only where one begins exactly there
    const load = await decode('x86', 0n, '8b0d74a33d73');
    expect(operandValue(load, context('x86', segments), memory, symbols)).toBe(' ds:002b:733da374=772304f0');
  });

  it('shows both operands of a 32-bit string instruction and none of a 64-bit one', async () => {
    // 02161bd1 a5 movs … es:0023:121abd80=???????? ds:0023:0012eddc=a0d07798
    const registers = context('x86', { es: 0x23n, ds: 0x23n, edi: 0x121abd80n, esi: 0x12eddcn });
    const memory = memoryAt(0x12eddcn, '9877d0a0');
    expect(operandValue(await decode('x86', 0n, 'a5'), registers, memory)).toBe(
      ' es:0023:121abd80=???????? ds:0023:0012eddc=a0d07798',
    );
    expect(operandValue(await decode('x64', 0n, 'f3a4'), context('x64', {}), memory)).toBe('');
  });

  it('says whether a branch is taken', async () => {
    const je = await decode('x86', 0x7774f828n, '740b');
    expect(operandValue(je, context('x86', { efl: 0x40n }), memoryAt(0n, ''))).toBe(' [br=1]');
    expect(operandValue(je, context('x86', { efl: 0n }), memoryAt(0n, ''))).toBe(' [br=0]');
    const loop = await decode('x64', 0x13f21e03en, 'e2ed');
    expect(operandValue(loop, context('x64', { rcx: 5n }), memoryAt(0n, ''))).toBe(' [br=1]');
    const jle = await decode('x86', 0n, '7e00');
    expect(operandValue(jle, context('x86', { efl: 0x80n }), memoryAt(0n, ''))).toBe(' [br=1]');
    expect(operandValue(jle, context('x86', { efl: 0x880n }), memoryAt(0n, ''))).toBe(' [br=0]');
  });

  it('says nothing of lea and of what touches no memory', async () => {
    for (const hex of ['8d4e04', '8bec', 'c3'])
      expect(operandValue(await decode('x86', 0n, hex), context('x86', segments), memoryAt(0n, ''))).toBe('');
  });

  it('does not know what fs holds', async () => {
    const i = await decode('x64', 0n, '65488b042530000000');
    expect(operandValue(i, context('x64', {}), memoryAt(0x30n, '0011223344556677'))).toBe(
      ' gs:00000000`00000030=????????????????',
    );
  });
});

describe('decoding backwards', () => {
  // push ebp; mov ebp,esp; sub esp,10h; mov dword ptr [ebp-4],1; call +0; leave; ret
  const code = bytesOf('55 8bec 83ec10 c745fc01000000 e800000000 c9 c3');
  const base = 0x401000n;

  it('finds the boundaries of instructions without knowing where code begins', async () => {
    const disassembler = await loadDisassembler(MACHINES.x86);
    const end = base + BigInt(code.length);
    const found = decodeBackwards({ disassembler, bytes: code, end, count: 3, starts: [] });
    expect(found.map((i) => i.mnemonic)).toEqual(['call', 'leave', 'ret']);
  });

  it('believes a known start over what looks like code', async () => {
    const disassembler = await loadDisassembler(MACHINES.x86);
    // ahead of the function lies data that eats into it when read as code
    const bytes = bytesOf('b8 55 8bec 5d c3');
    const end = base + BigInt(bytes.length);
    const found = decodeBackwards({ disassembler, bytes, end, count: 4, starts: [base + 1n] });
    expect(found.map((i) => i.address)).toEqual([base + 1n, base + 2n, base + 4n, base + 5n]);
  });

  it('gives nothing where nothing fits', async () => {
    const disassembler = await loadDisassembler(MACHINES.x64);
    const bytes = bytesOf('06 06 06');
    expect(decodeBackwards({ disassembler, bytes, end: 0x1003n, count: 2, starts: [] })).toEqual([]);
    expect(
      decodeBackwards({ disassembler, bytes: new Uint8Array(0), end: 0n, count: 2, starts: [] }),
    ).toEqual([]);
  });
});

describe('the flow of a function', () => {
  async function flowOf(hex: string, start = 0x401000n) {
    const disassembler = await loadDisassembler(MACHINES.x86);
    const code = bytesOf(hex);
    return functionFlow({
      start,
      decode: (address) => {
        const at = Number(address - start);
        return at < 0 || at >= code.length ? undefined : disassembler.decode(code.subarray(at), address);
      },
      belongs: (address) => address >= start && address < start + BigInt(code.length),
    });
  }

  it('splits blocks at branches and their targets, by address', async () => {
    // 0 cmp eax,1; 3 je 9; 5 xor eax,eax; 7 jmp b; 9 inc eax; a nop; b ret; c int 3 (padding)
    const flow = await flowOf('83f801 7404 33c0 eb02 40 90 c3 cc');
    expect(flow.incomplete).toBe(false);
    expect(flow.blocks.map((b) => [Number(b.start & 0xffn), b.instructions.map((i) => i.mnemonic)])).toEqual([
      [0, ['cmp', 'je']],
      [5, ['xor', 'jmp']],
      [9, ['inc', 'nop']],
      [0xb, ['ret']],
    ]);
  });

  it('ends at calls that do not return', async () => {
    // call +0; int 3; then bytes of something else
    const flow = await flowOf('e800000000 cc 90 90');
    expect(flow.blocks.flatMap((b) => b.instructions.map((i) => i.mnemonic))).toEqual(['call', 'int']);
  });

  it('says when a jump through a register hides code, or bytes are no code', async () => {
    expect((await flowOf('ffe0')).incomplete).toBe(true);
    expect((await flowOf('ff2500204000')).incomplete).toBe(false);
    expect((await flowOf('90 fe38')).incomplete).toBe(true);
  });

  it('ends in code that jumps to itself', async () => {
    expect((await flowOf('ebfe')).blocks).toHaveLength(1);
  });
});

it('gives operands without names for those who ask for text alone', async () => {
  expect(plainOperands(await decode('x86', 0x77d65f6an, 'e854130000'))).toBe('77d672c3');
});
