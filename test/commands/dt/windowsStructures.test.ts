import { describe, expect, it } from 'vitest';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { DtSession } from './openSession.ts';

/**
 * Layout and wording are those of the debugger: samples.md section 6, and outputs of `dt _PEB` on Windows 7 in public
 * notes. Values are those that the corpus' README and truth files state of these processes.
 */
describe.skipIf(!hasCorpus)(
  'dt of Windows’ structures, in a 32-bit process of 64-bit Windows 7',
  async () => {
    const dump = 'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz';
    const x86 = hasCorpus ? (await DtSession.open(dump)).x86() : ({} as DtSession);
    const x64 = hasCorpus ? await DtSession.open(dump) : ({} as DtSession);

    it('prints the PEB as the debugger does', async () => {
      const lines = await x86.lines('ntdll!_PEB 7efde000');
      expect(lines).toHaveLength(91);
      expect(lines.slice(0, 3)).toEqual([
        "   +0x000 InheritedAddressSpace : 0 ''",
        "   +0x001 ReadImageFileExecOptions : 0 ''",
        "   +0x002 BeingDebugged    : 0 ''",
      ]);
      expect(lines).toContain("   +0x003 BitField         : 0x8 ''");
      expect(lines).toContain('   +0x003 IsImageDynamicallyRelocated : 0y1');
      expect(lines).toContain('   +0x003 SpareBits        : 0y000');
      expect(lines).toContain('   +0x028 ReservedBits0    : 0y000000000000000000000000000 (0)');
      expect(lines).toContain('   +0x014 SubSystemData    : (null) ');
      expect(lines).toContain('   +0x018 ProcessHeap      : 0x00700000 Void');
      expect(lines).toContain('   +0x054 ReadOnlyStaticServerData : 0x7efe0a90  -> (null) ');
      expect(lines).toContain('   +0x070 CriticalSectionTimeout : _LARGE_INTEGER 0xffffe86d`079b8000');
      expect(lines).toContain('   +0x088 NumberOfHeaps    : 2');
      expect(lines).toContain('   +0x08c MaximumNumberOfHeaps : 0x10');
      expect(lines).toContain('   +0x090 ProcessHeaps     : 0x77dc4760  -> 0x00700000 Void');
      expect(lines).toContain('   +0x0ac OSBuildNumber    : 0x1db1');
      expect(lines).toContain('   +0x0c4 GdiHandleBuffer  : [34] 0');
      expect(lines).toContain('   +0x14c PostProcessInitRoutine : (null) ');
      expect(lines).toContain('   +0x1d8 AppCompatFlags   : _ULARGE_INTEGER 0x0');
      expect(lines).toContain('   +0x1f0 CSDVersion       : _UNICODE_STRING "Service Pack 1"');
      expect(lines).toContain('   +0x210 FlsListHead      : _LIST_ENTRY [ 0x70c608 - 0x70c608 ]');
    });

    it('prints types where no address is given', async () => {
      const lines = await x86.lines('ntdll!_PEB');
      expect(lines).toContain('   +0x003 ImageUsesLargePages : Pos 0, 1 Bit');
      expect(lines).toContain('   +0x003 SpareBits        : Pos 5, 3 Bits');
      expect(lines).toContain('   +0x00c Ldr              : Ptr32 _PEB_LDR_DATA');
      expect(lines).toContain('   +0x090 ProcessHeaps     : Ptr32 Ptr32 Void');
      expect(lines).toContain('   +0x0c4 GdiHandleBuffer  : [34] Uint4B');
      expect(lines).toContain('   +0x14c PostProcessInitRoutine : Ptr32     void ');
      expect(lines).toContain('   +0x1f0 CSDVersion       : _UNICODE_STRING');
    });

    it('takes the 64-bit view in effect, with the accent in pointers', async () => {
      const lines = await x64.lines('ntdll!_PEB 7efdf000');
      expect(lines).toContain('   +0x008 Mutant           : 0xffffffff`ffffffff Void');
      expect(lines).toContain('   +0x030 ProcessHeap      : 0x00000000`00500000 Void');
      expect(lines).toContain('   +0x0e8 NumberOfHeaps    : 3');
      const peb = await x64.run('_PEB 7efdf000');
      expect(peb.data).toMatchObject({ type: '_PEB', size: 0x380, address: '0x7efdf000' });
    });

    it('names module and type above where they were typed otherwise', async () => {
      expect((await x86.lines('_peb BeingDebugged'))[0]).toBe('ntdll!_PEB');
      expect((await x86.lines('nt!_PEB BeingDebugged'))[0]).toBe('ntdll!_PEB');
      expect(await x86.lines('ntdll!_PEB BeingDebugged')).toEqual(['   +0x002 BeingDebugged : UChar']);
    });

    it('pads names to the longest field asked for', async () => {
      expect(await x86.lines('ntdll!_PEB Ldr ProcessHeap 7efde000')).toEqual([
        '   +0x00c Ldr         : 0x77dc0200 _PEB_LDR_DATA',
        '   +0x018 ProcessHeap : 0x00700000 Void',
      ]);
      expect(await x86.lines('ntdll!_PEB -y Num 7efde000')).toEqual([
        '   +0x064 NumberOfProcessors : 0x28',
        '   +0x088 NumberOfHeaps : 2',
      ]);
      expect(await x86.lines('ntdll!_PEB NoSuchField 7efde000')).toEqual([
        'Cannot find specified field members.',
      ]);
    });

    it('expands fields by periods, as deep as there are', async () => {
      expect(await x86.lines('ntdll!_PEB CriticalSectionTimeout. 7efde000')).toEqual([
        '   +0x070 CriticalSectionTimeout  :  0xffffe86d`079b8000',
        '      +0x000 LowPart                 : 0x79b8000',
        '      +0x004 HighPart                : 0n-6035',
        '      +0x000 u                       : <unnamed-tag>',
        '      +0x000 QuadPart                : 0n-25920000000000',
      ]);
      expect(await x86.lines('ntdll!_PEB CriticalSectionTimeout.. 7efde000')).toEqual([
        '   +0x070 CriticalSectionTimeout   :  0xffffe86d`079b8000',
        '      +0x000 LowPart                  : 0x79b8000',
        '      +0x004 HighPart                 : 0n-6035',
        '      +0x000 u                        : ',
        '         +0x000 LowPart                  : 0x79b8000',
        '         +0x004 HighPart                 : 0n-6035',
        '      +0x000 QuadPart                 : 0n-25920000000000',
      ]);
      const ldr = await x86.lines('ntdll!_PEB Ldr->InLoadOrderModuleList. @$peb');
      expect(ldr.map((line) => line.replace(/ +:/, ' :'))).toEqual([
        '   +0x00c Ldr : 0x77dc0200 _PEB_LDR_DATA',
        '      +0x00c InLoadOrderModuleList :  [ 0x706f40 - 0x70e2e8 ]',
        '         +0x000 Flink : 0x00706f40 _LIST_ENTRY [ 0x706fc0 - 0x77dc020c ]',
        '         +0x004 Blink : 0x0070e2e8 _LIST_ENTRY [ 0x77dc020c - 0x70c588 ]',
      ]);
    });

    it('prints well-known structures by content above their fields', async () => {
      expect(await x86.lines('_UNICODE_STRING 7efde1f0')).toEqual([
        'ntdll!_UNICODE_STRING',
        ' "Service Pack 1"',
        '   +0x000 Length           : 0x1c',
        '   +0x002 MaximumLength    : 0x1e',
        '   +0x004 Buffer           : 0x7efe0afa  -> 0x53',
      ]);
      expect(await x86.lines('ntdll!_LIST_ENTRY 7efde210')).toEqual([
        ' [ 0x70c608 - 0x70c608 ]',
        '   +0x000 Flink            : 0x0070c608 _LIST_ENTRY [ 0x7efde210 - 0x7efde210 ]',
        '   +0x004 Blink            : 0x0070c608 _LIST_ENTRY [ 0x7efde210 - 0x7efde210 ]',
      ]);
    });

    it('walks a list from structure to structure', async () => {
      const { lines } = await x86.run(
        'ntdll!_LDR_DATA_TABLE_ENTRY 706f40 -l InLoadOrderLinks.Flink BaseDllName',
      );
      expect(lines.slice(0, 8)).toEqual([
        'InLoadOrderLinks.Flink at 0x00706f40',
        '-'.repeat(45),
        '   +0x02c BaseDllName : _UNICODE_STRING "fizzbuzz.exe"',
        '',
        'InLoadOrderLinks.Flink at 0x00706fc0',
        '-'.repeat(45),
        '   +0x02c BaseDllName : _UNICODE_STRING "ntdll.dll"',
        '',
      ]);
      const bases = await x86.run('ntdll!_LDR_DATA_TABLE_ENTRY 706f40 -l InLoadOrderLinks.Flink DllBase');
      const nodes = bases.data?.nodes as readonly {
        address: string;
        fields: readonly { value?: string }[];
      }[];
      // the list's head is among them, and no loader entry
      const [head, ...rest] = [...nodes].sort((n) => (n.address === '0x77dc020c' ? -1 : 1));
      expect(head?.address).toBe('0x77dc020c');
      const loaded = rest.map((n) => n.fields[0]?.value);
      const { modules } = x86.session.target;
      expect(loaded.every((base) => modules.find(BigInt(base ?? '0'))?.base === BigInt(base ?? '0'))).toBe(
        true,
      );
      const known = [...modules]
        .filter((m) => /syswow64|fizzbuzz/i.test(m.path))
        .map((m) => `0x${m.base.toString(16)}`);
      expect(known.length).toBeGreaterThan(8);
      expect(loaded).toEqual(expect.arrayContaining(known));
    });

    it('reads arrays of a type, and repeats the last type', async () => {
      expect(await x86.lines('-ca4 ULONG 7efde000')).toEqual([
        '[0] 0x8000000',
        '[1] 0xffffffff',
        '[2] 0xe30000',
        '[3] 0x77dc0200',
      ]);
      expect(await x86.lines('-ca2 . 7efde088')).toEqual(['Using sym ULONG', '[0] 2', '[1] 0x10']);
      expect(await x86.lines('ntdll!_PEB -a TlsBitmapBits 7efde000')).toEqual([
        '   +0x044 TlsBitmapBits : ',
        '    [00] 7',
        '    [01] 0',
      ]);
      expect(await x86.lines('-a2 ntdll!_CLIENT_ID 7efdd020')).toEqual([
        '[0] @ 7efdd020 ',
        '-'.repeat(45),
        '   +0x000 UniqueProcess    : 0x00001e9c Void',
        '   +0x004 UniqueThread     : 0x00003490 Void',
        '',
        '[1] @ 7efdd028 ',
        '-'.repeat(45),
        '   +0x000 UniqueProcess    : (null) ',
        '   +0x004 UniqueThread     : 0x7efdd02c Void',
        '',
      ]);
      expect(await x86.lines('_PEB GdiHandleBuffer[2] 7efde000')).toEqual([
        'ntdll!_PEB',
        '   +0x0cc GdiHandleBuffer    : 0',
      ]);
    });

    it('prints one line, without offsets, without indentation', async () => {
      expect(await x86.lines('-c ntdll!_CLIENT_ID 7efdd020')).toEqual([
        '   +0x000 UniqueProcess : 0x00001e9c Void +0x004 UniqueThread : 0x00003490 Void',
      ]);
      expect((await x86.lines('-o ntdll!_CLIENT_ID 7efdd020'))[0]).toBe(
        '   UniqueProcess    : 0x00001e9c Void',
      );
      expect((await x86.lines('-oi ntdll!_CLIENT_ID 7efdd020'))[0]).toBe(
        'UniqueProcess    : 0x00001e9c Void',
      );
    });

    it('expands structures with -r through pointers, with -b what lies within', async () => {
      const deep = await x86.lines('-r2 ntdll!_PEB Ldr 7efde000');
      expect(deep.slice(0, 5)).toEqual([
        '   +0x00c Ldr : 0x77dc0200 _PEB_LDR_DATA',
        '      +0x000 Length : 0x30',
        "      +0x004 Initialized : 0x1 ''",
        '      +0x008 SsHandle : (null) ',
        '      +0x00c InLoadOrderModuleList : _LIST_ENTRY [ 0x706f40 - 0x70e2e8 ]',
      ]);
      expect(deep[5]).toBe('         +0x000 Flink : 0x00706f40 _LIST_ENTRY [ 0x706fc0 - 0x77dc020c ]');
      const blocks = await x86.lines('-b ntdll!_RTL_USER_PROCESS_PARAMETERS 703390');
      expect(blocks).toContain('   +0x010 ConsoleHandle    : 0x00002d80 ');
      expect(blocks).toContain('   +0x040 CommandLine      : _UNICODE_STRING "fizzbuzz"');
      expect(blocks).toContain('         +0x004 Buffer           : 0x007070a0 ');
      expect(blocks).toContain('    [31] ');
    });

    it('says what the dump does not hold, and goes on', async () => {
      const lines = await x86.lines('ntdll!_PEB_LDR_DATA 1000');
      expect(lines).toEqual([
        '   +0x000 Length           : ??',
        '   +0x004 Initialized      : ??',
        '   +0x008 SsHandle         : ???? ',
        '   +0x00c InLoadOrderModuleList : _LIST_ENTRY',
        '   +0x014 InMemoryOrderModuleList : _LIST_ENTRY',
        '   +0x01c InInitializationOrderModuleList : _LIST_ENTRY',
        '   +0x024 EntryInProgress  : ???? ',
        '   +0x028 ShutdownInProgress : ??',
        '   +0x02c ShutdownThreadId : ???? ',
        'Memory read error 0000102c',
      ]);
      const { data } = await x86.run('ntdll!_PEB_LDR_DATA 1000');
      expect(data?.fields).toContainEqual({ name: 'Length', offset: 0, type: 'Uint4B' });
    });

    it('lists names by pattern and prints enums', async () => {
      expect(await x86.lines('ntdll!_HEAP_F*')).toEqual([
        '          ntdll!_HEAP_FAILURE_INFORMATION',
        '          ntdll!_HEAP_FAILURE_TYPE',
        '          ntdll!_HEAP_FREE_ENTRY',
        '          ntdll!_HEAP_FREE_ENTRY_EXTRA',
      ]);
      expect(await x86.lines('-s 8 -v ntdll!_L*')).toEqual([
        'Enumerating symbols matching ntdll!_L*, Size = 0x8',
        'Address   Size Symbol',
        '           008 ntdll!_LARGE_INTEGER',
        '           008 ntdll!_LIST_ENTRY',
      ]);
      expect(await x86.lines('ntdll!_NT_PRODUCT_TYPE')).toEqual([
        '   NtProductWinNt = 0n1',
        '   NtProductLanManNt = 0n2',
        '   NtProductServer = 0n3',
      ]);
      expect(await x86.lines('ntdll!_KUSER_SHARED_DATA 7ffe0000 -y NtP')).toEqual([
        '   +0x264 NtProductType : 1 ( NtProductWinNt )',
      ]);
    });

    it('says sizes and numbers of elements with -v', async () => {
      expect(await x86.lines('-v ntdll!_LIST_ENTRY')).toEqual([
        'struct _LIST_ENTRY, 2 elements, 0x8 bytes',
        '   +0x000 Flink            : Ptr32 to struct _LIST_ENTRY, 2 elements, 0x8 bytes',
        '   +0x004 Blink            : Ptr32 to struct _LIST_ENTRY, 2 elements, 0x8 bytes',
      ]);
      expect(await x86.lines('-v ntdll!_PEB -y ImageUses')).toContain(
        '   +0x003 ImageUsesLargePages : Bitfield Pos 0, 1 Bit',
      );
    });

    it('refuses what it cannot do', async () => {
      await expect(x86.run('')).rejects.toThrow('dt wants a type');
      await expect(x86.run('_NO_SUCH_TYPE')).rejects.toThrow('Symbol _NO_SUCH_TYPE not found.');
      await expect(x86.run('ntdll!_NO_SUCH_TYPE')).rejects.toThrow('Symbol ntdll!_NO_SUCH_TYPE not found.');
      await expect(x86.run('-q _PEB')).rejects.toThrow('no such option: -q');
      await expect(x86.run('-p _PEB 1000')).rejects.toThrow('no physical addresses');
      await expect(x86.run('_PEB -l')).rejects.toThrow('-l wants');
      await expect(x86.run('_PEB 7efde000 -l Nope')).rejects.toThrow('_PEB has no field Nope');
    });

    it('gives the fields as data, with values of their kinds', async () => {
      const { data } = await x86.run('_PEB 7efde000');
      expect(data).toMatchObject({ type: '_PEB', module: 'ntdll', address: '0x7efde000', size: 0x248 });
      const fields = data?.fields;
      expect(fields).toContainEqual({
        name: 'ProcessHeap',
        offset: 0x18,
        type: 'Ptr32 Void',
        value: '0x700000',
      });
      expect(fields).toContainEqual({ name: 'NumberOfHeaps', offset: 0x88, type: 'Uint4B', value: 2 });
      expect(fields).toContainEqual({
        name: 'IsImageDynamicallyRelocated',
        offset: 3,
        type: 'UChar',
        bit: { position: 3, length: 1 },
        value: 1,
      });
      expect(fields).toContainEqual({
        name: 'CSDVersion',
        offset: 0x1f0,
        type: '_UNICODE_STRING',
        value: 'Service Pack 1',
      });
      expect(fields).toContainEqual({
        name: 'FlsListHead',
        offset: 0x210,
        type: '_LIST_ENTRY',
        value: { flink: '0x70c608', blink: '0x70c608' },
      });
    });
  },
);

interface Truth {
  readonly peb: string;
  readonly command_line: string;
  readonly image_path: string;
  readonly modules: readonly { readonly base: string }[];
  readonly heaps: { readonly process: string };
  readonly threads: readonly { readonly teb: string; readonly tid: number; readonly last_error: number }[];
}

describe.skipIf(!hasCorpus)('dt against what the lab’s processes said of themselves', () => {
  const cases = ['x86-static-O0', 'x64-dll-O0'];

  it.each(cases)('%s: PEB, parameters and TEBs', async (name) => {
    const truth = sharedJson<Truth>(`corpus/lab/${name}/truth.json.gz`);
    const session = await DtSession.open(`lab/${name}/privrw.dmp.gz`);
    const fieldsOf = async (args: string) =>
      (await session.run(args)).data?.fields as readonly Record<string, unknown>[];
    const value = (fields: readonly Record<string, unknown>[], field: string) =>
      fields.find((f) => f.name === field)?.value;

    const peb = await fieldsOf(`_PEB ${truth.peb}`);
    expect(value(peb, 'ImageBaseAddress')).toBe(truth.modules[0]?.base);
    expect(value(peb, 'ProcessHeap')).toBe(truth.heaps.process);
    const parameters = await fieldsOf(
      `_RTL_USER_PROCESS_PARAMETERS ${String(value(peb, 'ProcessParameters'))}`,
    );
    expect(value(parameters, 'CommandLine')).toBe(truth.command_line);
    expect(value(parameters, 'ImagePathName')).toBe(truth.image_path);
    expect(truth.threads.length).toBeGreaterThan(3);
    for (const thread of truth.threads.filter((t) => Number(t.teb) !== 0)) {
      const teb = await fieldsOf(`_TEB ${thread.teb} ProcessEnvironmentBlock LastErrorValue ClientId.`);
      expect(value(teb, 'ProcessEnvironmentBlock')).toBe(truth.peb);
      expect(value(teb, 'LastErrorValue')).toBe(thread.last_error);
      const client = teb.find((f) => f.name === 'ClientId')?.fields as readonly Record<string, unknown>[];
      expect(value(client, 'UniqueThread')).toBe(`0x${thread.tid.toString(16)}`);
    }
  });
});

describe.skipIf(!hasCorpus)('dt where the layout is not exactly this Windows’', () => {
  it('says so once a session', async () => {
    const session = await DtSession.open(
      'public/dumps/kindtis_cppconsoleapplication-e52a52_x64_win11.dmp.gz',
    );
    const first = await session.lines('_LIST_ENTRY');
    expect(first[0]).toBe('*** no layout for build 26200: using win11-22621-x64');
    expect((await session.lines('_LIST_ENTRY'))[0]).toBe('ntdll!_LIST_ENTRY');
  });
});
