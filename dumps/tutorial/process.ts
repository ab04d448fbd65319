import { BuiltInTypes, createStructLayouts, loadLayout, type StructLayouts } from '../../core/types/index.ts';
import { AddressSpace } from '../build/addressSpace.ts';
import { NORMAL_BLOCK, runtimeBlocks, type DebugBlock } from '../build/debugCrt.ts';
import { importSlot, type ImageDescription, type ImageFunction } from '../build/image.ts';
import { CRT_HEAP, DLL_CRT_HEAP, DLL_MD, DLL_MT, EXE, MSVCR90D } from './addresses.ts';
import { BUILD, putAll } from './dump.ts';
import { allocCall } from './heapRoutines.ts';
import {
  crtParts,
  dllParts,
  exeParts,
  heapImports,
  image,
  runtimeVariables,
  systemModules,
  withCode,
  withRuntime,
  type Built,
} from './modules.ts';
import { BUFFER_SIZE, codeMd, codeMt, ENTRY_MD, ENTRY_MT, STACK_MD, STACK_MT } from './stacks.ts';
import { symbolFiles, type TutorialFile } from './symbolFiles.ts';

/** the first block of a heap of Windows 7 x86 begins here */
const FIRST_ENTRY = 0x588;
/** the heap's and the debug runtime's headers before the data */
const BEFORE_DATA = 8 + 0x20;
/** `DLL Alloc Buffer: 0x00348648`, `Exe Alloc Buffer: 0x003486E8` */
const DLL_BUFFER = 0x00348648;
const EXE_BUFFER = 0x003486e8;
const DLL_BUFFER_MT = DLL_CRT_HEAP + (DLL_BUFFER - CRT_HEAP);

/** Both processes with their symbol files: the same bytes at every run. */
export async function makeTutorial(): Promise<TutorialFile[]> {
  const layouts = createStructLayouts([
    new BuiltInTypes(await loadLayout({ major: 6, minor: 1, build: BUILD }, 'x86')),
  ]);
  return [...sharedRuntime(layouts), ...ownRuntimes(layouts)];
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
