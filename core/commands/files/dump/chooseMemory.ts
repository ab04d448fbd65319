import {
  MEM_PRIVATE,
  readPeb,
  readLoaderList,
  SHARED_USER_DATA,
  stackOf,
  type ProcessView,
} from '../../../process/index.ts';
import {
  type Address,
  type AddressRange,
  readPointer,
  readU32,
  readUpTo,
  type Target,
  type Thread,
  tryRead,
} from '../../../target/index.ts';
import { allViews } from '../../process/index.ts';
import { regionMap } from '../../regions/index.ts';
import type { Session } from '../../session.ts';
import type { MiniOption } from './dumpOptions.ts';
import { RangeSet } from './rangeSet.ts';

/** Code kept around each instruction pointer, as small dumps of Windows have it: half before, half behind. */
const CODE_WINDOW = 256n;
/** Memory kept around what a pointer on a stack leads to (/mi): half before, half behind. */
const POINTED_WINDOW = 1024n;
/** No structure that /mp follows is larger: damaged lengths may say anything. */
const MAX_BLOCK = 0x20000n;
/** _LDR_DATA_TABLE_ENTRY of every Windows fits */
const LOADER_ENTRY = 0x160n;
/** sizeof(KUSER_SHARED_DATA) of Windows 11, rounded up */
const SHARED_DATA_BYTES = 0x800n;
/** IMAGE_SCN_MEM_EXECUTE, IMAGE_SCN_MEM_WRITE */
const EXECUTABLE = 0x2000_0000;
const WRITABLE = 0x8000_0000;
/** PAGE_READWRITE, PAGE_EXECUTE_READWRITE, PAGE_WRITECOPY and its executable kin */
const READ_WRITE = 0x04 | 0x40 | 0x08 | 0x80;

/** What a small dump keeps of the memory, as far as the dump at hand holds it; rising and disjoint. */
export function chooseMemory(session: Session, options: ReadonlySet<MiniOption>): AddressRange[] {
  const { target } = session;
  const everything = { start: 0n, end: 1n << 64n };
  if (options.has('f')) return held(target, [everything]);
  const set = new RangeSet();
  set.addAll(stackRanges(session));
  // the system's uptime is there, and what !kuser shows
  set.add(SHARED_USER_DATA, SHARED_USER_DATA + SHARED_DATA_BYTES);
  for (const view of allViews(session)) {
    for (const thread of target.threads) {
      around(set, contextOf(target, thread, view)?.ip, CODE_WINDOW);
      // both views of a WOW64 process hang on the 64-bit TEB
      if (target.machines.length > 1 || options.has('p')) addTeb(set, view, thread);
    }
    if (options.has('p')) addProcessData(set, view);
  }
  around(set, target.exception?.context?.ip, CODE_WINDOW);
  if (options.has('d')) addSections(set, target, WRITABLE);
  if (options.has('c')) addSections(set, target, EXECUTABLE);
  if (options.has('w')) {
    for (const { start, end, type, protect, usage } of regionMap(session).regions) {
      const isPrivate = type ? type === MEM_PRIVATE : usage !== 'Image' && usage !== 'Free';
      if (isPrivate && (!protect || (protect & READ_WRITE) !== 0)) set.add(start, end);
    }
  }
  if (options.has('i')) addPointed(set, session);
  return held(target, set.merged());
}

/** The used part of each thread's stack, in every view of the process. */
export function stackRanges(session: Session): AddressRange[] {
  const { target } = session;
  return allViews(session).flatMap((view) =>
    target.threads.flatMap((thread) => {
      const native = view.machine === target.machines[0];
      const whole = stackOf(view, thread) ?? (native ? thread.stack : undefined);
      if (!whole) return [];
      const pointers = [contextOf(target, thread, view)?.sp];
      if (native && target.exception?.threadId === thread.id) pointers.push(target.exception.context?.sp);
      const inside = pointers.filter((sp) => sp !== undefined && sp >= whole.start && sp < whole.end);
      const lowest = inside.reduce<Address | undefined>(
        (low, sp) => (low === undefined || (sp ?? low) < low ? sp : low),
        undefined,
      );
      // aligned, so that a reader that counts in pointers finds them
      return [{ start: lowest === undefined ? whole.start : lowest & ~0xfn, end: whole.end }];
    }),
  );
}

function contextOf(target: Target, thread: Thread, { machine }: ProcessView) {
  return thread.context(machine);
}

function around(set: RangeSet, address: Address | undefined, window: bigint): void {
  if (address === undefined || address === 0n) return;
  set.add(address > window / 2n ? address - window / 2n : 0n, address + window / 2n);
}

function addTeb(set: RangeSet, view: ProcessView, thread: Thread): void {
  const teb = thread.tebFor(view.machine);
  if (teb) set.add(teb, teb + BigInt(view.layouts.size('_TEB')));
}

/** PEB, process parameters, environment, and the loader's lists with their names. */
function addProcessData(set: RangeSet, view: ProcessView): void {
  const address = view.target.peb(view.machine);
  if (!address) return;
  set.add(address, address + BigInt(view.layouts.size('_PEB')));
  const { memory } = view.target;
  const peb = readPeb(view, address);
  if (peb.parameters) {
    const at = peb.parameters.address;
    // _RTL_USER_PROCESS_PARAMETERS begins with MaximumLength; its strings follow it
    const length = BigInt(tryRead(() => readU32(memory, at)) ?? 0);
    set.add(at, at + (length < MAX_BLOCK ? length : MAX_BLOCK));
    const { Environment: environment, EnvironmentSize: size } = peb.parameters;
    if (environment) set.add(environment, environment + bounded(size ?? MAX_BLOCK));
  }
  const { loaderData: data } = peb;
  if (!peb.Ldr || !data) return;
  set.add(peb.Ldr, peb.Ldr + BigInt(view.layouts.size('_PEB_LDR_DATA')));
  const { pointerSize } = view.machine;
  for (const { address: entry } of readLoaderList(view, data, 'load').entries) {
    set.add(entry, entry + LOADER_ENTRY);
    for (const name of ['FullDllName', 'BaseDllName']) {
      const at = entry + BigInt(view.layouts.offset('_LDR_DATA_TABLE_ENTRY', name));
      const length = BigInt(tryRead(() => readU32(memory, at)) ?? 0) & 0xffffn;
      const buffer = tryRead(() => readPointer(memory, at + BigInt(pointerSize), pointerSize));
      if (buffer) set.add(buffer, buffer + length + 2n);
    }
  }
}

function bounded(size: bigint): bigint {
  return size > 0n && size < MAX_BLOCK ? size : MAX_BLOCK;
}

function addSections(set: RangeSet, target: Target, characteristic: number): void {
  for (const module of target.modules) {
    for (const { virtualAddress, virtualSize, characteristics } of module.image?.sections ?? []) {
      if ((characteristics & characteristic) === 0 || virtualAddress >= module.size) continue;
      const start = module.base + BigInt(virtualAddress);
      const end = start + BigInt(virtualSize);
      set.add(start, end < module.end ? end : module.end);
    }
  }
}

/** Secondary memory: what pointers on the stacks lead to. */
function addPointed(set: RangeSet, session: Session): void {
  const { target } = session;
  const { pointerSize } = target.system.machine;
  for (const { start, end } of stackRanges(session)) {
    const bytes = readUpTo(target.memory, start, Number(end - start));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + pointerSize <= bytes.length; at += pointerSize) {
      const pointer = pointerSize === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
      if (pointer > 0xffffn && target.memory.origin(pointer) === 'dump') around(set, pointer, POINTED_WINDOW);
    }
  }
}

/** What of the ranges is in the dump itself: images on disk are found again by who opens the small one. */
function held(target: Target, wanted: readonly AddressRange[]): AddressRange[] {
  const set = new RangeSet();
  const memory = target.dump?.memory;
  if (!memory) return [];
  for (const { start, end } of wanted) {
    for (let i = memory.findNext(start); i < memory.count && memory.start(i) < end; i++) {
      const from = memory.start(i) > start ? memory.start(i) : start;
      set.add(from, memory.end(i) < end ? memory.end(i) : end);
    }
  }
  return set.merged();
}
