import { describe, expect, it } from 'vitest';
import { loadDisassembler } from '../../core/disasm/index.ts';
import { MACHINES, type MachineKind } from '../../core/target/index.ts';

/** Instructions that samples.md shows WinDbg print, as bytes and text. */
const SAMPLES: [MachineKind, bigint, string, string][] = [
  ['x64', 0x7ff95170beb4n, '4c8d442440', 'lea     r8,[rsp+40h]'],
  ['x64', 0x7ff95170beb9n, '418d5110', 'lea     edx,[r9+10h]'],
  ['x64', 0x7ff95170bebdn, '48c7c1feffffff', 'mov     rcx,0FFFFFFFFFFFFFFFEh'],
  ['x64', 0n, '488b5708', 'mov     rdx,qword ptr [rdi+8]'],
  ['x86', 0x77d65f67n, 'ff7508', 'push    dword ptr [ebp+8]'],
  ['x86', 0x564a0cd7n, '395e0c', 'cmp     dword ptr [esi+0Ch],ebx'],
  ['arm64', 0n, 'fd7bbfa9', 'stp         fp,lr,[sp,#-0x10]!'],
];

async function decode(kind: MachineKind, address: bigint, hex: string) {
  const disassembler = await loadDisassembler(MACHINES[kind]);
  return disassembler.decode(Uint8Array.from(Buffer.from(hex, 'hex')), address);
}

describe('the disassembler', () => {
  it.each(SAMPLES)('prints %s at %s: %s as the debugger does', async (kind, address, hex, text) => {
    const i = await decode(kind, address, hex);
    expect(i.mnemonic + i.operands).toBe(text);
    expect(i.bytes.length).toBe(hex.length / 2);
  });

  it('knows where direct branches go', async () => {
    // samples.md section 7: 77d65f6a e854130000 call ntdll!LdrpInitializeProcess (77d672c3)
    const call = await decode('x86', 0x77d65f6an, 'e854130000');
    expect([call.flow, call.target]).toEqual(['call', 0x77d672c3n]);
    const jump = await decode('x64', 0x7ffc0f1d48fbn, '7464');
    expect([jump.flow, jump.target]).toEqual(['conditional', 0x7ffc0f1d4961n]);
    const syscall = await decode('x64', 0n, '0f05');
    expect(syscall.target).toBeUndefined();
    const bl = await decode('arm64', 0x7ff60000100cn, '01000094');
    expect([bl.flow, bl.target]).toEqual(['call', 0x7ff600001010n]);
  });

  it('says that bytes are no instruction, and that none are there', async () => {
    expect((await decode('x64', 0n, '06')).valid).toBe(false);
    expect((await decode('x86', 0n, 'e854')).valid).toBe(false);
    expect((await decode('x86', 0n, '')).valid).toBe(false);
  });
});
