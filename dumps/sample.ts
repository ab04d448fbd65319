import { writeMinidump } from '../core/minidump/index.ts';
import { ContextRecord, contextSize, MACHINES } from '../core/target/index.ts';
import { BuiltInTypes, createStructLayouts, loadLayout } from '../core/types/index.ts';
import { AddressSpace } from './build/addressSpace.ts';
import { callTo, putImage, type ImageDescription } from './build/image.ts';
import { putHeap } from './build/ntHeap.ts';
import { putProcess, putThread } from './build/process.ts';
import { putStack } from './build/stack.ts';

/*
 * The bundled sample: a 32-bit program on Windows 7 SP1, `cart.exe`, that crashed because Checkout passed a null
 * pointer to UpdateTotal, while a second thread waits for prices. Everything in it is made here.
 */
const CART = 0x00400000;
const KERNEL32 = 0x76e80000;
const NTDLL = 0x77a10000;
const PEB = 0x7ffd8000;
const TEBS = [0x7ffdf000, 0x7ffde000] as const;
const PROCESS_ID = 0xb58;
const THREAD_IDS = [0xb5c, 0xb60] as const;
const STACKS = [
  { base: 0x00130000, limit: 0x0012d000, reserved: 0x00030000 },
  { base: 0x00250000, limit: 0x0024e000, reserved: 0x00150000 },
] as const;
const HEAPS = [0x00280000, 0x00390000] as const;
const BUILD = 7601;
const DUMP_TIME = 1_400_000_000; // 13 May 2014, 16:53:20 UTC
const ACCESS_VIOLATION = 0xc0000005;
const WAITED_HANDLE = 0x2c;

const PARTS = { text: [0x1000, 0x1000], rdata: [0x2000, 0x1000], data: [0x3000, 0x1000] } as const;

const at = (base: number, rva: number): number => base + rva;

const cart: ImageDescription = {
  base: CART,
  fileName: 'cart.exe',
  size: 0x4000,
  timestamp: 0x53724d80,
  dll: false,
  parts: PARTS,
  entryPoint: 0x1000,
  functions: [
    {
      name: 'mainCRTStartup',
      rva: 0x1000,
      code: `55 8bec ${callTo(at(CART, 0x1003), at(CART, 0x1040))} 5d c3`,
    },
    { name: 'main', rva: 0x1040, code: `55 8bec ${callTo(at(CART, 0x1043), at(CART, 0x1080))} 33c0 5d c3` },
    // push the price, push a null order; call UpdateTotal
    {
      name: 'Checkout',
      rva: 0x1080,
      code: `55 8bec 83ec08 68cf070000 6a00 ${callTo(at(CART, 0x108d), at(CART, 0x10c0))} c9 c3`,
    },
    // mov eax,[ebp+8]; mov ecx,[ebp+0Ch]; mov [eax],ecx
    { name: 'UpdateTotal', rva: 0x10c0, code: '55 8bec 8b4508 8b4d0c 8908 5d c20800' },
    {
      name: 'PriceFeed',
      rva: 0x1100,
      code: `55 8bec 6aff 6a2c ${callTo(at(CART, 0x1107), at(KERNEL32, 0x1200))} ebf4`,
    },
  ],
};

const kernel32: ImageDescription = {
  base: KERNEL32,
  fileName: 'KERNEL32.dll',
  size: 0xd4000,
  timestamp: 0x4ce7b8f0,
  dll: true,
  parts: PARTS,
  entryPoint: 0x1300,
  functions: [
    { name: 'BaseThreadInitThunk', rva: 0x1100, code: '8bff 55 8bec ff7508 ff550c 50' },
    {
      name: 'WaitForSingleObject',
      rva: 0x1200,
      code: `8bff 55 8bec 6a00 ff750c ff7508 ${callTo(at(KERNEL32, 0x120d), at(NTDLL, 0x1100))} 5d c20800`,
    },
    { name: 'GetProcessHeap', rva: 0x1280, code: '64a118000000 8b4030 8b4018 c3' },
  ],
};

const ntdll: ImageDescription = {
  base: NTDLL,
  fileName: 'ntdll.dll',
  size: 0x13c000,
  timestamp: 0x4ce7b96e,
  dll: true,
  parts: PARTS,
  entryPoint: 0,
  functions: [
    { name: 'NtWaitForSingleObject', rva: 0x1100, code: 'b887010000 ba0003fe7f ff12 c20c00' },
    { name: 'KiFastSystemCall', rva: 0x1140, code: '8bd4 0f34' },
    { name: 'KiFastSystemCallRet', rva: 0x1144, code: 'c3' },
    {
      name: 'RtlUserThreadStart',
      rva: 0x1200,
      code: `8bff 55 8bec ff750c ff7508 ${callTo(at(NTDLL, 0x120b), at(NTDLL, 0x1240))} cc`,
    },
    // not exported by Windows either; named here so that the sample's stack reads well
    { name: 'RtlpUserThreadStart', rva: 0x1240, code: '8bff 55 8bec ff750c ff7508 ff1500000000 50' },
  ],
};

/** The sample's bytes: the same at every run. */
export async function makeSample(): Promise<Uint8Array> {
  const layouts = createStructLayouts([
    new BuiltInTypes(await loadLayout({ major: 6, minor: 1, build: BUILD }, 'x86')),
  ]);
  const space = new AddressSpace();
  const images = [
    { ...cart, path: 'C:\\Shop\\cart.exe' },
    { ...ntdll, path: 'C:\\Windows\\SYSTEM32\\ntdll.dll' },
    { ...kernel32, path: 'C:\\Windows\\system32\\kernel32.dll' },
  ];
  for (const image of images) {
    putImage(space, { ...image, functions: image.functions.map((f) => ({ ...f, exported: true })) });
  }
  const encoding = [0x3a, 0x91, 0x5c, 0x77, 0xe4, 0x2d, 0x00, 0x00];
  const blocks = [24, 100, 12, 256].map((requested) => ({ requested }));
  putHeap(space, layouts, {
    base: HEAPS[0],
    reserve: 0x100000,
    commit: 0x4000,
    flags: 2,
    encoding,
    index: 1,
    blocks: [...blocks, { free: 0x80 }, { requested: 64 }, { requested: 1000 }],
  });
  putHeap(space, layouts, {
    base: HEAPS[1],
    reserve: 0x10000,
    commit: 0x2000,
    flags: 0x1002,
    encoding: [0x4e, 0xc2, 0x91, 0x18, 0x07, 0xb5, 0x00, 0x00],
    index: 2,
    blocks: [{ requested: 40 }, { free: 0x40 }, { requested: 8 }],
  });
  putProcess(space, layouts, {
    peb: PEB,
    records: 0x00260000,
    ldr: NTDLL + 0x3100,
    images,
    heaps: HEAPS,
    imagePath: 'C:\\Shop\\cart.exe',
    commandLine: '"C:\\Shop\\cart.exe" --customer 4711',
    currentDirectory: 'C:\\Shop\\',
    environment: [
      'COMPUTERNAME=TILL-3',
      'OS=Windows_NT',
      'Path=C:\\Windows\\system32;C:\\Windows',
      'SHOP_MODE=live',
      'SystemRoot=C:\\Windows',
    ],
    build: BUILD,
  });
  const threads = putThreads(space, layouts);
  return writeMinidump({
    flags: 0x1826n, // full memory, handle data, unloaded modules, full memory info, thread info
    timestamp: DUMP_TIME,
    systemInfo: {
      processorArchitecture: 0,
      processorLevel: 6,
      processorRevision: 0x3a09,
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
      processCreateTime: DUMP_TIME - 754,
      processUserTime: 3,
      processKernelTime: 1,
      timeZone: { id: 1, bias: -60 },
    },
    threads: threads.map((t, i) => ({ ...t, priority: 0, priorityClass: 0x20, teb: BigInt(TEBS[i] ?? 0) })),
    threadNames: new Map([[THREAD_IDS[1], 'price feed']]),
    threadInfos: THREAD_IDS.map((id, i) => ({
      id,
      createTime: 130_444_728_460_000_000n + BigInt(i) * 2_000_000n,
      kernelTime: 0n,
      userTime: i === 0 ? 30_000_000n : 0n,
      startAddress: BigInt(i === 0 ? at(CART, 0x1000) : at(CART, 0x1100)),
      affinity: 3n,
    })),
    modules: images.map((m) => ({
      base: BigInt(m.base),
      size: m.size,
      timestamp: m.timestamp,
      name: m.path,
    })),
    unloadedModules: [{ base: 0x10000000n, size: 0x8000, timestamp: 0x53724d00, name: 'discount.dll' }],
    memory: space.contents(),
    memoryForm: 'list64',
    memoryInfos: space.infos(),
    exception: {
      threadId: THREAD_IDS[0],
      record: { code: ACCESS_VIOLATION, address: BigInt(at(CART, 0x10c9)), parameters: [1n, 0n] },
      context: threads[0]?.context,
    },
    handles: [
      {
        handle: 0x24n,
        typeName: 'Directory',
        objectName: '\\KnownDlls',
        attributes: 0,
        grantedAccess: 3,
        handleCount: 31,
        pointerCount: 66,
      },
      {
        handle: BigInt(WAITED_HANDLE),
        typeName: 'Event',
        objectName: '\\BaseNamedObjects\\PricesReady',
        attributes: 0,
        grantedAccess: 0x1f0003,
        handleCount: 2,
        pointerCount: 3,
      },
    ],
  });
}

function putThreads(
  space: AddressSpace,
  layouts: Parameters<typeof putThread>[1],
): { id: number; context: Uint8Array; stack: { start: bigint; size: number } }[] {
  STACKS.forEach((s, i) => {
    space.commit(s.limit, s.base - s.limit, { allocationBase: s.reserved });
    space.reserve(s.reserved, s.limit - s.reserved, s.reserved);
    putThread(space, layouts, {
      teb: TEBS[i] ?? 0,
      peb: PEB,
      processId: PROCESS_ID,
      threadId: THREAD_IDS[i] ?? 0,
      stackBase: s.base,
      stackLimit: s.limit,
      deallocationStack: s.reserved,
      lastError: i === 0 ? 2 : 0,
    });
  });
  const start = (entry: number) => [
    { returnTo: 0, args: [entry, 0] },
    { returnTo: at(NTDLL, 0x1210), args: [entry, 0] },
    { returnTo: at(NTDLL, 0x1251), args: [PEB, entry], locals: 4 },
  ];
  const main = putStack(space, STACKS[0].base, [
    ...start(at(CART, 0x1000)),
    { returnTo: at(KERNEL32, 0x110b), args: [PEB] },
    { returnTo: at(CART, 0x1008) },
    { returnTo: at(CART, 0x1048), locals: 8 },
    { returnTo: at(CART, 0x1092), args: [0, 1999] },
  ]);
  const feed = putStack(space, STACKS[1].base, [
    ...start(at(CART, 0x1100)),
    { returnTo: at(KERNEL32, 0x110b), args: [0] },
    { returnTo: at(CART, 0x110c), args: [WAITED_HANDLE, 0xffffffff] },
  ]);
  // in the kernel: WaitForSingleObject has called NtWaitForSingleObject, and that KiFastSystemCall
  const esp = feed.esp - 20;
  [at(NTDLL, 0x110c), at(KERNEL32, 0x1212), WAITED_HANDLE, 0xffffffff, 0].forEach((value, i) =>
    space.u32(esp + 4 * i, value),
  );
  return [
    threadOf(0, { eip: at(CART, 0x10c9), esp: main.esp, ebp: main.ebp, eax: 0, ecx: 1999, efl: 0x10246 }),
    threadOf(1, { eip: at(NTDLL, 0x1144), esp, ebp: feed.ebp, eax: 0x187, edx: esp, efl: 0x246 }),
  ];
}

function threadOf(
  i: 0 | 1,
  registers: Record<string, number>,
): { id: number; context: Uint8Array; stack: { start: bigint; size: number } } {
  const record = new ContextRecord(MACHINES.x86, new Uint8Array(contextSize(MACHINES.x86)));
  const segments = { cs: 0x1b, ss: 0x23, ds: 0x23, es: 0x23, fs: 0x3b, gs: 0 };
  for (const [name, value] of Object.entries({ ...segments, ...registers })) record.set(name, BigInt(value));
  const context = new Uint8Array(contextSize(MACHINES.x86));
  new DataView(context.buffer).setUint32(0, 0x10007, true); // CONTEXT_i386 | control, integer, segments
  for (const d of record.definitions()) {
    const bytes = d.part ? undefined : record.bytes(d.name);
    if (bytes && d.kind !== 'float') context.set(bytes, d.offset);
  }
  const esp = registers.esp ?? 0;
  return { id: THREAD_IDS[i], context, stack: { start: BigInt(esp), size: STACKS[i].base - esp } };
}
