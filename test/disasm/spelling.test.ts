import { describe, expect, it } from 'vitest';
import { instructionLine, loadDisassembler } from '../../core/disasm/index.ts';
import { MACHINES, type MachineKind } from '../../core/target/index.ts';
import { symbolsAt } from './symbolsAt.ts';

/**
 * Lines that WinDbg printed, from samples.md and from public transcripts: address, code bytes and text as they stood
 * there. Names are given to the addresses that the lines name.
 */
const X86 = [
  '77d65f67 ff7508          push    dword ptr [ebp+8]',
  '77d65f6a e854130000      call    ntdll!LdrpInitializeProcess (77d672c3)',
  '564a0cd7 395e0c          cmp     dword ptr [esi+0Ch],ebx',
  '0132c6e3 a300000000      mov     dword ptr ds:[00000000h],eax',
  '7661d0d6 64a118000000    mov     eax,dword ptr fs:[00000018h]',
  '751ca8d0 64a130000000    mov     eax,dword ptr fs:[00000030h]',
  '657aa6bf f3ab            rep stos dword ptr es:[edi]',
  '77d79961 f3a5            rep movs dword ptr es:[edi],dword ptr [esi]',
  '77d79960 fd              std',
  '0040260d f2ae            repne scas byte ptr es:[edi]',
  '02161bd1 a5              movs    dword ptr es:[edi],dword ptr [esi]',
  '7eb31e07 ff248d101fb37e  jmp     dword ptr ntdll!memcpy+0x158 (7eb31f10)[ecx*4]',
  '019455f6 b938669e01      mov     ecx,offset launcher!CreateInterface+0x5e5249 (019e6638)',
  '764d55ab ff156cf75976    call    dword ptr [KERNELBASE!_imp__NtAllocateVirtualMemory (7659f76c)]',
  '7c90d063 ba0003fe7f      mov     edx,offset SharedUserData!SystemCallStub (7ffe0300)',
  '77ced5c8 eacfd5ce773300  jmp     0033:77CED5CF',
  '746b2320 ea1e276b743300  jmp     0033:746B271E',
  '77cd24e2 8da42400000000  lea     esp,[esp]',
  '77cd24df 0f34            sysenter',
  '7c93cd33 0f85f89a0100    jne     ntdll!LdrpCheckNXCompatibility+0x4d (7c956831)',
  '7c956839 6aff            push    0FFFFFFFFh',
  '7c9106eb c20c00          ret     0Ch',
  '00408645 c7852cfbffff00000000 mov dword ptr [ebp-4D4h],0',
  '00274a3e c785dcfdffff00000000 mov dword ptr [ebp-224h],0',
  '00d97534 660fd6401c      movq    mmword ptr [eax+1Ch],xmm0',
  '00f21063 f3c3            rep ret',
  '00f075c1 f2c3            bnd ret',
  '010017e7 8be5            mov     esp,ebp',
  '010017da 81c4cc000000    add     esp,0CCh',
] as const;

const X64 = [
  '00007ff9`5170beb4 4c8d442440      lea     r8,[rsp+40h]',
  '00007ff9`5170bebd 48c7c1feffffff  mov     rcx,0FFFFFFFFFFFFFFFEh',
  '00007ff9`5170bec4 e86745fcff      call    ntdll!NtQueryInformationThread (00007ff9`516d0430)',
  '00007ff9`5170bed2 7503            jne     ntdll!LdrpDoDebuggerBreak+0x33 (00007ff9`5170bed7)',
  '00007ffc`0f1d48fa 6e              outs    dx,byte ptr [rsi]',
  '00007ffc`0f1d48fb 7464            je      ntdll!string+0x21 (00007ffc`0f1d4961)',
  '00007ffc`0f1d48fd 6c              ins     byte ptr [rdi],dx',
  '00007ffa`64281ed0 65488b042530000000 mov   rax,qword ptr gs:[30h]',
  'fffff806`060a3346 65488b0c2588010000 mov   rcx,qword ptr gs:[188h]',
  'fffff803`5c143fa7 488d842400010000 lea     rax,[rsp+100h]',
  'fffff803`d9be54d3 c68424a800000000 mov     byte ptr [rsp+0A8h],0',
  'fffff803`5c143fb4 0f297c2440      movaps  xmmword ptr [rsp+40h],xmm7',
  'fffff803`5c143fb9 440f29442450    movaps  xmmword ptr [rsp+50h],xmm8',
  '00007ffe`187b5933 f3ab            rep stos dword ptr [rdi]',
  '00000000`ff8a1fbe 66f2af          repne scas word ptr [rdi]',
  '00007ffc`d523d81e f3a4            rep movs byte ptr [rdi],byte ptr [rsi]',
  '00007ffb`8aa34397 f2410f1000      movsd   xmm0,mmword ptr [r8]',
  '00007ffa`6e01720e f2410f1044cc10  movsd   xmm0,mmword ptr [r12+rcx*8+10h]',
  'fffff807`3d051052 f20f1005860e0000 movsd   xmm0,mmword ptr [Driver+0x1ee0 (fffff807`3d051ee0)]',
  'fffff803`21d1dc5e 0f0d0b          prefetchw [rbx]',
  'fffff802`0bfc801d 0f0d8b90000000  prefetchw [rbx+90h]',
  'fffff806`119f5e08 f0480fc70f      lock cmpxchg16b oword ptr [rdi]',
  'fffff806`5d8e4793 f0480fba2b00    lock bts qword ptr [rbx],0',
  '00007fff`b33ef708 f604250803fe7f01 test    byte ptr [SharedUserData+0x308 (00000000`7ffe0308)],1',
  'fffff803`d9c2f849 69c0a38a0100    imul    eax,eax,18AA3h',
  '00007ffe`7b1e11c5 410fafcd        imul    ecx,r13d',
  'fffff806`3d215127 f7e1            mul     eax,ecx',
  '00007ffd`e2b5d3f8 48f7e2          mul     rax,rdx',
  '00007ff9`997506ed f6243a          mul     al,byte ptr [rdx+rdi]',
  '00007ff7`c2929e47 48f7f1          div     rax,rcx',
  'fffff801`8b8538cd 48f7b42490000000 div     rax,qword ptr [rsp+90h]',
  '00007ff6`3be11064 f77c2428        idiv    eax,dword ptr [rsp+28h]',
  'fffff801`d2c4ca81 41f7f8          idiv    eax,r8d',
  'fffff803`d9966fea 48f7e9          imul    rcx',
  '00007ffd`9095365d 49f7e8          imul    r8',
  '00007ffd`3f071040 ff1522000000    call    qword ptr [00007ffd`3f071068]',
  '00000000`023a976b ff1537cf0100    call    qword ptr [00000000`023c66a8]',
  '00007ff8`b5a02179 0f1f8000000000  nop     dword ptr [rax]',
  '00007ffe`7b1e1138 0f1f840000000000 nop     dword ptr [rax+rax]',
  'fffff804`212473d6 66660f1f840000000000 nop word ptr [rax+rax]',
  'fffff806`3d039d35 6666660f1f840000000000 nop word ptr [rax+rax]',
  'fffff803`21cf3657 660f1f0400      nop     word ptr [rax+rax]',
  'fffff803`21cf364f 44899424b0000000 mov     dword ptr [rsp+0B0h],r10d',
  'fffff803`d9d790a4 66ff88e6010000  dec     word ptr [rax+1E6h]',
  'fffff802`7551e0d0 44382d91bb7d00  cmp     byte ptr [nt!KiHypervisorInitiatedCrashDump (fffff802`75cf9c68)],r13b',
  'fffff803`21d2a1d1 f390            pause',
  '00000000`779a7009 41ffa7f8000000  jmp     qword ptr [r15+0F8h]',
  '00007ff8`329aa826 6644390442      cmp     word ptr [rdx+rax*2],r8w',
  '00007ff6`6d771101 c7032a000000    mov     dword ptr [rbx],2Ah',
  'fffff800`7fdfba5f 4898            cdqe',
] as const;

/** From Microsoft's documentation of ARM64EC and the debugger on ARM64. */
const ARM64 = [
  '00000001`80243810 d503237f pacibsp',
  '00000001`80243814 a9bc7bfd stp         fp,lr,[sp,#-0x40]!',
  '00000001`80243818 a90153f3 stp         x19,x20,[sp,#0x10]',
  '00000001`80243820 f9001bf9 str         x25,[sp,#0x30]',
  '00000001`80243824 910003fd mov         fp,sp',
  '00000001`80243828 97fbe65e bl          kernelbase!#__security_push_cookie (00000001`8013d1a0)',
  '00000001`8024382c d10083ff sub         sp,sp,#0x20',
  'fffff802`8c407570 d43e0000 brk         #0xF000',
  'fffff803`dfee6b70 f944c648 ldr         x8,[xpr,#0x988]',
  'fffff803`dfee6b74 f9405900 ldr         x0,[x8,#0xB0]',
  'fffff803`dfee6b78 d65f03c0 ret',
  '00007ff8`4862e698 aa1503e0 mov         x0,x21',
  '00007ff8`4862e6a0 7100001f cmp         w0,#0',
  '00007ff8`00000004 a9008be1 stp         x1,x2,[sp,#8]',
  '00007ff8`00000010 a9bd7bfd stp         fp,lr,[sp,#-0x30]!',
  '00007ff8`0000003c d2800008 mov         x8,#0',
  '00007ff8`00000048 a8c37bfd ldp         fp,lr,[sp],#0x30',
] as const;

describe.each<[MachineKind, readonly string[]]>([
  ['x86', X86],
  ['x64', X64],
  ['arm64', ARM64],
])('%s code reads as in the debugger', (kind, lines) => {
  it.each(lines)('%s', async (line) => {
    const machine = MACHINES[kind];
    const [, digits = '', hex = ''] = /^(\S+) (\S+)/.exec(line) ?? [];
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    if (kind === 'arm64') bytes.reverse();
    const disassembler = await loadDisassembler(machine);
    const i = disassembler.decode(bytes, BigInt(`0x${digits.replace('`', '')}`));
    // the bytes behind an instruction do not matter
    expect(i.bytes).toEqual(bytes);
    const text = instructionLine(i, { machine, symbols: symbolsAt(line) });
    expect(text.map((s) => s.text).join('')).toBe(line);
  });
});
