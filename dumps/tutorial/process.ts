import { writeMinidump } from '../../core/minidump/index.ts';
import { ContextRecord, contextSize, MACHINES } from '../../core/target/index.ts';
import { BuiltInTypes, createStructLayouts, loadLayout, type StructLayouts } from '../../core/types/index.ts';
import { AddressSpace } from '../build/addressSpace.ts';
import { breakpadFile, type SymbolFunction } from '../build/breakpadFile.ts';
import {
  heapBlockOf,
  NORMAL_BLOCK,
  putDebugBlocks,
  runtimeBlocks,
  type DebugBlock,
} from '../build/debugCrt.ts';
import { codeOf, importSlot, putImage, type ImageDescription, type ImageFunction } from '../build/image.ts';
import { putHeap } from '../build/ntHeap.ts';
import { putProcess, putThread } from '../build/process.ts';
import {
  CRT_HEAP,
  DLL_CRT_HEAP,
  DLL_MD,
  DLL_MT,
  EXE,
  KERNEL32,
  LDR,
  MSVCR90D,
  NTDLL,
  PEB,
  PROCESS_HEAP,
  STACK,
  TEB,
  type CodeFunction,
} from './addresses.ts';
import { codeOfFunction, functionsOf } from './code.ts';
import { allocCall, freeBase, heapInit } from './heapRoutines.ts';
import {
  BUFFER_SIZE,
  codeMd,
  codeMt,
  ENTRY_MD,
  ENTRY_MT,
  STACK_MD,
  STACK_MT,
  THREAD_START_CALL,
  type StackFrame,
} from './stacks.ts';

const PROCESS_ID = 0x9a4;
const THREAD_ID = 0x9a8;
const BUILD = 7601;
const DUMP_TIME = 1_345_000_000; // 15 August 2012
/** the first block of a heap of Windows 7 x86 begins here */
const FIRST_ENTRY = 0x588;
/** the heap's and the debug runtime's headers before the data */
const BEFORE_DATA = 8 + 0x20;
/** `DLL Alloc Buffer: 0x00348648`, `Exe Alloc Buffer: 0x003486E8` */
const DLL_BUFFER = 0x00348648;
const EXE_BUFFER = 0x003486e8;
const DLL_BUFFER_MT = DLL_CRT_HEAP + (DLL_BUFFER - CRT_HEAP);

/** A file of the tutorial: a dump or a symbol file, by its path within dumps/. */
export interface TutorialFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface Built {
  readonly image: ImageDescription;
  readonly path: string;
  readonly guid: string;
  readonly code: readonly CodeFunction[];
  readonly module: CodeFunction['module'];
  readonly data?: readonly { readonly name: string; readonly rva: number }[];
}

const RTL_ALLOCATE = NTDLL + 0x2e046;
const RTL_FREE = NTDLL + 0x2de60;
const HEAP_CREATE = KERNEL32 + 0x14a2d;
const heapImports = [
  { name: 'HeapAlloc', address: RTL_ALLOCATE }, // kernel32 forwards it to ntdll
  { name: 'HeapFree', address: RTL_FREE },
  { name: 'HeapCreate', address: HEAP_CREATE },
];
const ntdllParts = { text: [0x10000, 0xc0000], rdata: [0xe0000, 0x2000], data: [0x103000, 0x3000] } as const;
const kernelParts = { text: [0x10000, 0xb0000], rdata: [0xc4000, 0x2000], data: [0xd0000, 0x1000] } as const;
const crtParts = { text: [0x1000, 0xe0000], rdata: [0xe1000, 0x2000], data: [0x110000, 0x2000] } as const;
const exeParts = { text: [0x11000, 0x3000], rdata: [0x16000, 0x2000], data: [0x19000, 0x1000] } as const;
const dllParts = { text: [0xd000, 0x1a000], rdata: [0x2a000, 0x2000], data: [0x30000, 0x1000] } as const;

/** Where a module with a runtime in it keeps what the runtime knows of its heap. */
function runtimeVariables(dataRva: number): { name: string; rva: number }[] {
  return ['_crtheap', '_pFirstBlock', '_pLastBlock', '_lRequestCurr'].map((name, i) => ({
    name,
    rva: dataRva + 0x420 + 4 * i,
  }));
}

/** Both processes with their symbol files: the same bytes at every run. */
export async function makeTutorial(): Promise<TutorialFile[]> {
  const layouts = createStructLayouts([
    new BuiltInTypes(await loadLayout({ major: 6, minor: 1, build: BUILD }, 'x86')),
  ]);
  return [...sharedRuntime(layouts), ...ownRuntimes(layouts)];
}

function image(
  base: number,
  fileName: string,
  size: number,
  parts: ImageDescription['parts'],
  rest: Partial<ImageDescription>,
): ImageDescription {
  return {
    base,
    fileName,
    size,
    timestamp: 0x4a5bd900 + (base >>> 20),
    dll: true,
    parts,
    functions: [],
    entryPoint: parts.text[0],
    ...rest,
  };
}

function systemModules(code: readonly CodeFunction[]): Built[] {
  const continued = {
    module: 'ntdll' as const,
    name: '__RtlUserThreadStart',
    start: THREAD_START_CALL.start,
    calls: [],
  };
  const call: ImageFunction = { name: 'call', rva: THREAD_START_CALL.returnTo - 2 - NTDLL, code: 'ffd0' }; // call eax
  const exported = (module: CodeFunction['module'], base: number): ImageFunction[] =>
    functionsOf(code, module, base).map((f) => ({ ...f, exported: !f.name.startsWith('_') }));
  return [
    {
      module: 'ntdll',
      path: 'C:\\Windows\\SYSTEM32\\ntdll.dll',
      guid: 'A1F5C0DE771900000000000000000001',
      code: [...code, continued],
      image: image(NTDLL, 'ntdll.dll', 0x13d000, ntdllParts, {
        functions: [...exported('ntdll', NTDLL), call],
        entryPoint: 0,
      }),
    },
    {
      module: 'kernel32',
      path: 'C:\\Windows\\system32\\kernel32.dll',
      guid: 'A1F5C0DE758900000000000000000001',
      code,
      image: image(KERNEL32, 'KERNEL32.dll', 0xd4000, kernelParts, {
        functions: exported('kernel32', KERNEL32),
      }),
    },
  ];
}

/** /MDd: one runtime, MSVCR90D.dll, for both. */
function sharedRuntime(layouts: StructLayouts): TutorialFile[] {
  const variables = runtimeVariables(crtParts.data[0]);
  const crtheap = MSVCR90D + (variables[0]?.rva ?? 0);
  const crtImage = image(MSVCR90D, 'MSVCR90D.dll', 0x123000, crtParts, {
    imports: [{ dll: 'KERNEL32.dll', names: heapImports }],
  });
  const slots = {
    alloc: importSlot(crtImage, 'HeapAlloc'),
    free: importSlot(crtImage, 'HeapFree'),
    create: importSlot(crtImage, 'HeapCreate'),
  };
  const fromCrt = [
    { name: '??2@YAPAXI@Z', address: 0x50c5db70 },
    { name: 'free', address: MSVCR90D + 0x8b650 },
    { name: 'malloc', address: 0x50c7b5d0 },
  ];
  const exeImage = image(EXE, 'RuntimeTest.exe', 0x1b000, exeParts, {
    dll: false,
    entryPoint: 0x11b90,
    imports: [{ dll: 'MSVCR90D.dll', names: fromCrt }],
  });
  const dllImage = image(DLL_MD, 'RuntimeDll.dll', 0x1c000, exeParts, {
    imports: [{ dll: 'MSVCR90D.dll', names: fromCrt }],
  });
  const code = codeMd({ operatorNew: importSlot(exeImage, '??2@YAPAXI@Z'), heapAlloc: slots.alloc });
  const modules: Built[] = [
    {
      module: 'exe',
      path: 'C:\\Users\\Administrator\\Desktop\\RuntimeTest\\Debug\\RuntimeTest.exe',
      guid: '5E1A6F0B2C3D4E5F8091A2B3C4D5E601',
      code,
      image: withCode(exeImage, code, 'exe'),
    },
    ...systemModules(code),
    {
      module: 'dll',
      path: 'C:\\Users\\Administrator\\Desktop\\RuntimeTest\\Debug\\RuntimeDll.dll',
      guid: '5E1A6F0B2C3D4E5F8091A2B3C4D5E602',
      code,
      image: {
        ...dllImage,
        functions: [{ name: 'AllocateMem', rva: 0x11400, code: '8bff558bec5dc3', exported: true }],
      },
    },
    {
      module: 'crt',
      path: 'C:\\Windows\\WinSxS\\x86_microsoft.vc90.debugcrt_1fc8b3b9a1e18e3b_9.0.21022.8_none_96748342450f6aa2\\MSVCR90D.dll',
      guid: '5E1A6F0B2C3D4E5F8091A2B3C4D5E603',
      code,
      data: variables,
      image: withRuntime(withCode(crtImage, code, 'crt'), slots, crtheap, 0x50c6151e, 0x70000, true),
    },
  ];
  const space = new AddressSpace();
  const blocks: DebugBlock[] = [
    ...runtimeBlocks(CRT_HEAP + FIRST_ENTRY, DLL_BUFFER - BEFORE_DATA),
    { size: BUFFER_SIZE, use: NORMAL_BLOCK, whole: EXE_BUFFER - DLL_BUFFER },
    { size: BUFFER_SIZE, use: NORMAL_BLOCK },
  ];
  const dump = putAll(
    space,
    layouts,
    modules,
    [{ base: CRT_HEAP, blocks, module: MSVCR90D, variables }],
    ENTRY_MD,
    STACK_MD,
  );
  return [{ path: 'runtime-test-md.dmp', bytes: dump }, ...symbolFiles(modules)];
}

/** /MTd: a runtime in each module, and a heap of its own for each. */
function ownRuntimes(layouts: StructLayouts): TutorialFile[] {
  const exeVariables = runtimeVariables(exeParts.data[0]);
  const dllVariables = runtimeVariables(dllParts.data[0]);
  const imports = [{ dll: 'KERNEL32.dll', names: heapImports }];
  const exeImage = image(EXE, 'RuntimeTest.exe', 0x1b000, exeParts, {
    dll: false,
    entryPoint: 0x11b90,
    imports,
  });
  const dllImage = image(DLL_MT, 'RuntimeDll.dll', 0x38000, dllParts, { imports });
  const slotsOf = (i: ImageDescription) => ({
    alloc: importSlot(i, 'HeapAlloc'),
    free: importSlot(i, 'HeapFree'),
    create: importSlot(i, 'HeapCreate'),
  });
  const code = codeMt({ heapAlloc: slotsOf(dllImage).alloc });
  const exeHeapVariable = EXE + (exeVariables[0]?.rva ?? 0);
  const dllHeapVariable = DLL_MT + (dllVariables[0]?.rva ?? 0);
  const exeAlloc: ImageFunction = {
    name: '_heap_alloc_base',
    rva: 0x12900,
    code: `8bff558bec ${allocCall(slotsOf(exeImage), exeHeapVariable)} 5dc3`,
  };
  const dll = withRuntime(
    withCode(dllImage, code, 'dll'),
    slotsOf(dllImage),
    dllHeapVariable,
    0x50af5d7e,
    0x24000,
    false,
  );
  const exe = withRuntime(
    withCode(exeImage, code, 'exe'),
    slotsOf(exeImage),
    exeHeapVariable,
    undefined,
    0x12a00,
    false,
  );
  const modules: Built[] = [
    {
      module: 'exe',
      path: 'C:\\Users\\Administrator\\Desktop\\RuntimeTest\\Debug\\RuntimeTest.exe',
      guid: '5E1A6F0B2C3D4E5F8091A2B3C4D5E611',
      code,
      data: exeVariables,
      image: { ...exe, functions: [...exe.functions, exeAlloc] },
    },
    ...systemModules(code),
    {
      module: 'dll',
      path: 'C:\\Users\\Administrator\\Desktop\\RuntimeTest\\Debug\\RuntimeDll.dll',
      guid: '5E1A6F0B2C3D4E5F8091A2B3C4D5E612',
      code,
      data: dllVariables,
      image: { ...dll, functions: dll.functions.map((f) => ({ ...f, exported: f.name === 'AllocateMem' })) },
    },
  ];
  const space = new AddressSpace();
  const heapOf = (base: number, buffer: number): DebugBlock[] => [
    ...runtimeBlocks(base + FIRST_ENTRY, buffer - BEFORE_DATA),
    { size: BUFFER_SIZE, use: NORMAL_BLOCK },
  ];
  const heaps = [
    { base: CRT_HEAP, blocks: heapOf(CRT_HEAP, EXE_BUFFER), module: EXE, variables: exeVariables },
    {
      base: DLL_CRT_HEAP,
      blocks: heapOf(DLL_CRT_HEAP, DLL_BUFFER_MT),
      module: DLL_MT,
      variables: dllVariables,
    },
  ];
  const dump = putAll(space, layouts, modules, heaps, ENTRY_MT, STACK_MT);
  return [
    { path: 'runtime-test-mt.dmp', bytes: dump },
    ...symbolFiles(modules).filter((f) => !f.path.startsWith('ntdll') && !f.path.startsWith('kernel32')),
  ];
}

function withCode(
  i: ImageDescription,
  code: readonly CodeFunction[],
  module: CodeFunction['module'],
): ImageDescription {
  return { ...i, functions: functionsOf(code, module, i.base) };
}

/** Adds the routines that a runtime keeps its heap with; `allocReturn` is where HeapAlloc returns to in _heap_alloc_base. */
function withRuntime(
  i: ImageDescription,
  slots: { alloc: number; free: number; create: number },
  crtheap: number,
  allocReturn: number | undefined,
  spare: number,
  exports: boolean,
): ImageDescription {
  const call = allocCall(slots, crtheap);
  const patch =
    allocReturn === undefined
      ? []
      : [{ name: 'call HeapAlloc', rva: allocReturn - codeOf(call).length - i.base, code: call }];
  const routines = [
    { name: '_heap_init', rva: spare, code: heapInit(slots, crtheap) },
    { name: '_free_base', rva: spare + 0x80, code: freeBase(slots, crtheap) },
  ];
  const functions = i.functions.map((f) =>
    exports && (f.name === 'malloc' || f.name === 'free') ? { ...f, exported: true } : f,
  );
  return { ...i, functions: [...functions, ...routines, ...patch] };
}

interface CrtHeap {
  readonly base: number;
  readonly blocks: readonly DebugBlock[];
  /** the module whose variables name the heap */
  readonly module: number;
  readonly variables: readonly { readonly name: string; readonly rva: number }[];
}

function putAll(
  space: AddressSpace,
  layouts: StructLayouts,
  modules: readonly Built[],
  crtHeaps: readonly CrtHeap[],
  entry: StackFrame,
  frames: readonly StackFrame[],
): Uint8Array {
  for (const m of modules) putImage(space, m.image);
  const encoding = [0x71, 0x2f, 0xd8, 0x0c, 0x53, 0x9e, 0x00, 0x00];
  putHeap(space, layouts, {
    base: PROCESS_HEAP,
    reserve: 0x100000,
    commit: 0x4000,
    flags: 2,
    encoding,
    index: 1,
    blocks: [{ requested: 0x1c }, { requested: 0x200 }, { free: 0x60 }, { requested: 0x58 }],
  });
  crtHeaps.forEach((heap, i) => {
    const users = putHeap(space, layouts, {
      base: heap.base,
      reserve: 0x10000,
      commit: 0xa000,
      flags: 0x1002,
      encoding: encoding.map((b, k) => (k < 2 ? b ^ (0x25 * (i + 1)) : b)),
      index: i + 2,
      blocks: heap.blocks.map(heapBlockOf),
    });
    const { first, last } = putDebugBlocks(space, users, heap.blocks);
    [heap.base, first, last, heap.blocks.length].forEach((value, k) =>
      space.u32(heap.module + (heap.variables[k]?.rva ?? 0), value),
    );
  });
  const loaded = modules.map(({ image: m, path }) => ({
    base: m.base,
    size: m.size,
    path,
    timestamp: m.timestamp,
    entryPoint: m.entryPoint,
  }));
  const exe = modules[0]?.path ?? '';
  putProcess(space, layouts, {
    peb: PEB,
    records: 0x00220000,
    ldr: LDR,
    images: loaded,
    heaps: [PROCESS_HEAP, ...crtHeaps.map((h) => h.base)],
    imagePath: exe,
    commandLine: `"${exe}"`,
    currentDirectory: 'C:\\Users\\Administrator\\Desktop\\RuntimeTest\\',
    environment: ['COMPUTERNAME=WIN7', 'OS=Windows_NT', 'SystemRoot=C:\\Windows', 'USERNAME=Administrator'],
    build: BUILD,
  });
  const context = putStackAndThread(space, layouts, entry, frames);
  return writeMinidump({
    flags: 0x1826n,
    timestamp: DUMP_TIME,
    systemInfo: {
      processorArchitecture: 0,
      processorLevel: 6,
      processorRevision: 0x2a07,
      numberOfProcessors: 2,
      productType: 1,
      majorVersion: 6,
      minorVersion: 1,
      buildNumber: BUILD,
      csdVersion: 'Service Pack 1',
      suiteMask: 0x100,
    },
    miscInfo: {
      processId: PROCESS_ID,
      processCreateTime: DUMP_TIME - 61,
      processUserTime: 0,
      processKernelTime: 0,
    },
    threads: [
      {
        id: THREAD_ID,
        teb: BigInt(TEB),
        priority: 0,
        priorityClass: 0x20,
        context,
        stack: { start: BigInt(entry.ebp + 4), size: STACK.base - entry.ebp - 4 },
      },
    ],
    modules: modules.map((m) => ({
      base: BigInt(m.image.base),
      size: m.image.size,
      timestamp: m.image.timestamp,
      name: m.path,
      codeView: { kind: 'rsds', guid: m.guid, age: 1, pdb: pdbName(m.image) },
    })),
    memory: space.contents(),
    memoryForm: 'list64',
    memoryInfos: space.infos(),
  });
}

/** Writes the frames and gives the context at RtlAllocateHeap's entry: the return address is on top of the stack. */
function putStackAndThread(
  space: AddressSpace,
  layouts: StructLayouts,
  entry: StackFrame,
  frames: readonly StackFrame[],
): Uint8Array {
  space.reserve(STACK.reserved, STACK.limit - STACK.reserved, STACK.reserved);
  space.commit(STACK.limit, STACK.base - STACK.limit, { allocationBase: STACK.reserved });
  putThread(space, layouts, {
    teb: TEB,
    peb: PEB,
    processId: PROCESS_ID,
    threadId: THREAD_ID,
    stackBase: STACK.base,
    stackLimit: STACK.limit,
    deallocationStack: STACK.reserved,
    lastError: 0,
  });
  const esp = entry.ebp + 4;
  space.u32(esp, entry.returnTo);
  (entry.args ?? []).forEach((a, i) => space.u32(esp + 4 + 4 * i, a));
  frames.forEach((f, i) => {
    space.u32(f.ebp, frames[i + 1]?.ebp ?? 0);
    space.u32(f.ebp + 4, f.returnTo);
    (f.args ?? []).forEach((a, k) => space.u32(f.ebp + 8 + 4 * k, a));
  });
  const registers = {
    eip: RTL_ALLOCATE,
    esp,
    ebp: frames[0]?.ebp ?? 0,
    eax: entry.args?.[0] ?? 0,
    ecx: entry.args?.[0] ?? 0,
    efl: 0x246,
    cs: 0x1b,
    ss: 0x23,
    ds: 0x23,
    es: 0x23,
    fs: 0x3b,
  };
  const record = new ContextRecord(MACHINES.x86, new Uint8Array(contextSize(MACHINES.x86)));
  for (const [name, value] of Object.entries(registers)) record.set(name, BigInt(value));
  const context = new Uint8Array(contextSize(MACHINES.x86));
  new DataView(context.buffer).setUint32(0, 0x10007, true); // CONTEXT_i386 | control, integer, segments
  for (const name of Object.keys(registers)) {
    const definition = record.definitions().find((d) => d.name === name);
    context.set(record.bytes(name) ?? [], definition?.offset);
  }
  return context;
}

function pdbName({ fileName }: ImageDescription): string {
  return `${fileName.slice(0, fileName.lastIndexOf('.'))}.pdb`;
}

/** A .sym file for each module, where a symbol store has it. */
function symbolFiles(modules: readonly Built[]): TutorialFile[] {
  return modules.map(({ image: m, guid, code, module, data }) => {
    const functions: SymbolFunction[] = code
      .filter((f) => f.module === module)
      .map((f) => ({
        name: f.name,
        rva: f.start - m.base,
        size: sizeOf(f),
        file: f.file,
        lines: f.lines?.map(([from, line]) => [from - f.start, line] as const),
      }));
    const pdb = pdbName(m);
    const text = breakpadFile({ guid, age: 1, pdb, functions, data });
    return { path: `${pdb}/${guid}1/${pdb.replace('.pdb', '.sym')}`, bytes: new TextEncoder().encode(text) };
  });
}

function sizeOf(f: CodeFunction): number {
  return f.start === THREAD_START_CALL.start
    ? THREAD_START_CALL.returnTo - f.start + 0x10
    : codeOf(codeOfFunction(f)).length;
}
