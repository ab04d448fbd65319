import { writeMinidump } from '../../core/minidump/index.ts';
import { ContextRecord, contextSize, MACHINES } from '../../core/target/index.ts';
import type { StructLayouts } from '../../core/types/index.ts';
import type { AddressSpace } from '../build/addressSpace.ts';
import { heapBlockOf, putDebugBlocks, type DebugBlock } from '../build/debugCrt.ts';
import { putImage } from '../build/image.ts';
import { putHeap } from '../build/ntHeap.ts';
import { putProcess, putThread } from '../build/process.ts';
import { LDR, PEB, PROCESS_HEAP, STACK, TEB } from './addresses.ts';
import { RTL_ALLOCATE, type Built } from './modules.ts';
import type { StackFrame } from './stacks.ts';
import { pdbName } from './symbolFiles.ts';

const PROCESS_ID = 0x9a4;
const THREAD_ID = 0x9a8;
export const BUILD = 7601;
const DUMP_TIME = 1_345_000_000; // 15 August 2012

/** A heap of a C runtime. */
export interface CrtHeap {
  readonly base: number;
  readonly blocks: readonly DebugBlock[];
  /** the module whose variables name the heap */
  readonly module: number;
  readonly variables: readonly { readonly name: string; readonly rva: number }[];
}

/** Puts images, heaps, process and thread into an address space, and gives the dump of it. */
export function putAll(
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
