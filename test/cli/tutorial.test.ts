import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTutorial } from '../../dumps/tutorial/process.ts';
import { json } from './run.ts';

const DUMPS = resolve(import.meta.dirname, '../../dumps');

/** What the tutorial's listings show: the debugger's own output, to the letter. */
const STACK_MD = `
ChildEBP RetAddr  
0037f760 50c6151e ntdll!RtlAllocateHeap
0037f77c 50c70206 MSVCR90D!_heap_alloc_base+0x5e
0037f7c4 50c6ffbf MSVCR90D!_nh_malloc_dbg+0x2c6
0037f7e4 50c6ff6c MSVCR90D!_nh_malloc_dbg+0x7f
0037f80c 50c7b5eb MSVCR90D!_nh_malloc_dbg+0x2c
0037f82c 50c5db81 MSVCR90D!malloc+0x1b
0037f848 01081fbe MSVCR90D!operator new+0x11
0037f87c 010817b2 RuntimeTest!operator new+0x3e [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\newopnt.cpp @ 18]
0037f88c 010815af RuntimeTest!operator new[]+0x12 [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\newaopnt.cpp @ 15]
0037fad0 01081d58 RuntimeTest!wmain+0x19f [c:\\users\\administrator\\desktop\\runtimetest\\runtimetest\\runtimetest.cpp @ 49]
0037fb20 01081b9f RuntimeTest!__tmainCRTStartup+0x1a8 [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\crtexe.c @ 583]
0037fb28 758a343d RuntimeTest!wmainCRTStartup+0xf [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\crtexe.c @ 403]
0037fb34 771c9832 kernel32!BaseThreadInitThunk+0xe
0037fb74 771c9805 ntdll!__RtlUserThreadStart+0x70
0037fb8c 00000000 ntdll!_RtlUserThreadStart+0x1b
`;
const STACK_MT = `
ChildEBP RetAddr  
0037f674 50af5d7e ntdll!RtlAllocateHeap
0037f690 50ae0eb6 RuntimeDll!_heap_alloc_base+0x5e [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\malloc.c @ 105]
0037f6d8 50ae0c3f RuntimeDll!_heap_alloc_dbg_impl+0x1f6 [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\dbgheap.c @ 427]
0037f6f8 50ae0bdc RuntimeDll!_nh_malloc_dbg_impl+0x1f [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\dbgheap.c @ 239]
0037f720 50ae068b RuntimeDll!_nh_malloc_dbg+0x2c [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\dbgheap.c @ 296]
0037f740 50ae93f1 RuntimeDll!malloc+0x1b [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\dbgmalloc.c @ 56]
0037f75c 50adf04e RuntimeDll!operator new+0x11 [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\new.cpp @ 59]
0037f790 50adde32 RuntimeDll!operator new+0x3e [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\newopnt.cpp @ 18]
0037f7a0 50add77a RuntimeDll!operator new[]+0x12 [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\newaopnt.cpp @ 15]
0037f894 0108156c RuntimeDll!AllocateMem+0x2a [c:\\users\\administrator\\desktop\\runtimetest\\runtimedll\\runtimedll.cpp @ 20]
0037fad0 01081d58 RuntimeTest!wmain+0x15c [c:\\users\\administrator\\desktop\\runtimetest\\runtimetest\\runtimetest.cpp @ 40]
0037fb20 01081b9f RuntimeTest!__tmainCRTStartup+0x1a8 [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\crtexe.c @ 583]
0037fb28 758a343d RuntimeTest!wmainCRTStartup+0xf [f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\crtexe.c @ 403]
0037fb34 771c9832 kernel32!BaseThreadInitThunk+0xe
0037fb74 771c9805 ntdll!__RtlUserThreadStart+0x70
0037fb8c 00000000 ntdll!_RtlUserThreadStart+0x1b
`;

describe("the tutorial's process", () => {
  it('is what its generator makes, symbol files too', async () => {
    for (const { path, bytes } of await makeTutorial()) {
      expect(Buffer.from(bytes).equals(readFileSync(join(DUMPS, path))), path).toBe(true);
    }
  });

  it.each([
    ['md', STACK_MD],
    ['mt', STACK_MT],
  ])("runtime-test-%s.dmp: k prints the tutorial's stack", async (build, stack) => {
    const [k] = await json(join(DUMPS, `runtime-test-${build}.dmp`), 'k;q');
    const trimmed = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());
    expect(trimmed(k?.text ?? '')).toEqual(trimmed(stack.trim()));
  });

  it.each(['md', 'mt'])('runtime-test-%s.dmp: the PEB names its heaps, and they are sound', async (build) => {
    const [peb, heaps] = await json(
      join(DUMPS, `runtime-test-${build}.dmp`),
      'dt ntdll!_PEB @$peb ProcessHeap NumberOfHeaps MaximumNumberOfHeaps ProcessHeaps;!heap -s;q',
    );
    expect(peb?.text).toContain('MaximumNumberOfHeaps : 0x10\n');
    expect(peb?.text).toMatch(/ProcessHeaps +: 0x77294760 {2}-> 0x00240000 Void/);
    const rows = (heaps?.data?.heaps ?? []) as { address: string; kind: string; errors: number }[];
    expect(rows.map((r) => [r.address, r.kind, r.errors])).toEqual(
      ['0x240000', '0x340000', ...(build === 'mt' ? ['0x440000'] : [])].map((address) => [address, 'nt', 0]),
    );
  });
});
