import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BufferSource } from '../../core/bytes/index.ts';
import { writeMinidump } from '../../core/minidump/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { ContextRecord, contextSize, MACHINES } from '../../core/target/index.ts';
import { AddressSpace, MEM_IMAGE, pages } from '../build/addressSpace.ts';

/*
 * The bundled 64-bit dump: orders.exe, made of orders.cpp by clang and LLVM's linker with their PDB, has followed the
 * last link of a list, which is null. Registers, stack and TEB are made here as its code leaves them.
 */
const IMAGE = 0x1_4000_0000;
const TEB = 0x2a_4000;
const STACK = { base: 0x15_0000, limit: 0x14_e000 } as const;
const DUMP_TIME = 1_400_000_600;
const PROCESS_ID = 0x1a2c;
const THREAD_ID = 0x1a30;
const ACCESS_VIOLATION = 0xc0000005;

/** Where things are in orders.exe: `llvm-objdump-19 -d orders.exe`. */
const RVA = {
  /** cmp dword ptr [rdx+4],0 in sum, inlined from add */
  fault: 0x1053,
  returns: { toBalance: 0x1012, toRun: 0x10be, toStart: 0x1089 },
  report: 0x3008,
} as const;
/** Bytes that each function's prologue takes from the stack: `llvm-readobj-19 --unwind orders.exe`. */
const FRAMES = { balance: 0x40, run: 0x28, start: 0x28 } as const;
/** What the caller counts, what there are, and the cents that two sales and a refund come to. */
const ORDERS = 4;
const LISTED = 3;
const SALES = 12900 + 1999;
const REFUNDS = 450;

/** The dump's bytes: the same at every run. */
export function makeOrders(): Uint8Array {
  const file = readFileSync(join(import.meta.dirname, 'orders.exe'));
  const image = PeImage.fromFile(new BufferSource(file, 'orders.exe'));
  const space = new AddressSpace();
  const map = (rva: number, size: number, bytes: Uint8Array): void => {
    space.commit(IMAGE + rva, pages(size), { type: MEM_IMAGE, allocationBase: IMAGE });
    space.bytes(IMAGE + rva, bytes);
  };
  map(0, 1, file.subarray(0, 0x400));
  for (const s of image.sections) {
    const stored = file.subarray(s.rawOffset, s.rawOffset + s.rawSize);
    map(s.virtualAddress, Math.max(s.virtualSize, stored.length), stored);
  }
  space.commit(STACK.limit, STACK.base - STACK.limit);
  const registers = putStack(space);
  space.commit(TEB, 0x2000);
  u64(space, TEB + 0x08, STACK.base);
  u64(space, TEB + 0x10, STACK.limit);
  u64(space, TEB + 0x30, TEB); // NT_TIB.Self
  u64(space, TEB + 0x40, PROCESS_ID);
  u64(space, TEB + 0x48, THREAD_ID);
  const context = contextOf(registers);
  return writeMinidump({
    flags: 2n, // full memory
    timestamp: DUMP_TIME,
    systemInfo: {
      processorArchitecture: 9,
      processorLevel: 6,
      processorRevision: 0x3a09,
      numberOfProcessors: 4,
      productType: 1,
      majorVersion: 6,
      minorVersion: 1,
      buildNumber: 7601,
      csdVersion: 'Service Pack 1',
      suiteMask: 0x100,
    },
    miscInfo: {
      processId: PROCESS_ID,
      processCreateTime: DUMP_TIME - 3,
      processUserTime: 0,
      processKernelTime: 0,
    },
    threads: [
      {
        id: THREAD_ID,
        context,
        teb: BigInt(TEB),
        stack: { start: BigInt(registers.rsp), size: STACK.base - registers.rsp },
      },
    ],
    modules: [
      {
        base: BigInt(IMAGE),
        size: image.sizeOfImage,
        timestamp: image.timestamp,
        name: 'C:\\Shop\\orders.exe',
        codeView: image.codeView,
      },
    ],
    memory: space.contents(),
    memoryForm: 'list64',
    exception: {
      threadId: THREAD_ID,
      record: { code: ACCESS_VIOLATION, address: BigInt(IMAGE + RVA.fault), parameters: [0n, 4n] },
      context,
    },
  });
}

/** Calls from start down to sum, a leaf; gives the registers at the fault. */
function putStack(space: AddressSpace): { rsp: number } & Record<string, number> {
  let rsp = STACK.base - 0x40;
  const push = (value: number): void => {
    rsp -= 8;
    u64(space, rsp, value);
  };
  push(0); // nobody called start
  rsp -= FRAMES.start;
  push(IMAGE + RVA.returns.toStart);
  rsp -= FRAMES.run;
  push(IMAGE + RVA.returns.toRun);
  push(0); // balance saves rsi, which nobody has set
  rsp -= FRAMES.balance;
  const totals = rsp + 0x28;
  u64(space, totals, SALES);
  u64(space, totals + 8, REFUNDS);
  push(IMAGE + RVA.returns.toBalance);
  return {
    rip: IMAGE + RVA.fault,
    rsp,
    rax: totals,
    rcx: 0, // totals.orders, which is counted in the end
    rdx: 0, // the order that is none
    rsi: IMAGE + RVA.report,
    r8: ORDERS,
    r9: ORDERS - LISTED,
    r10: 0,
    r11: 1999,
    efl: 0x10246,
  };
}

function contextOf(registers: Record<string, number>): Uint8Array {
  const record = new ContextRecord(MACHINES.x64, new Uint8Array(contextSize(MACHINES.x64)));
  const segments = { cs: 0x33, ss: 0x2b, ds: 0x2b, es: 0x2b, fs: 0x53, gs: 0x2b };
  for (const [name, value] of Object.entries({ ...segments, ...registers })) record.set(name, BigInt(value));
  const context = new Uint8Array(contextSize(MACHINES.x64));
  new DataView(context.buffer).setUint32(0x30, 0x100007, true); // CONTEXT_AMD64 | control, integer, segments
  for (const d of record.definitions()) {
    const bytes = d.part ? undefined : record.bytes(d.name);
    if (bytes && d.kind !== 'float') context.set(bytes, d.offset);
  }
  return context;
}

function u64(space: AddressSpace, address: number, value: number): void {
  space.u32(address, value % 2 ** 32);
  space.u32(address + 4, Math.floor(value / 2 ** 32));
}
