import type { Pacer } from '../../heap/index.ts';
import { type Address, type Module, readAsciiz } from '../../target/index.ts';
import type { CrtContext } from '../crtInput.ts';
import { type AddressAnswer, explainAddress } from '../explainAddress.ts';
import type { CrtMap, RuntimeCopy } from '../model.ts';
import { mayFree } from '../verdicts.ts';
import type { CallFrame, CallStack } from './callFrame.ts';
import { argumentOf, type ArgumentSource } from './frameArguments.ts';
import { freeFunction, isDebugReport } from './freeFunctions.ts';
import { type FreeByCode, FreesByCode } from './freesByCode.ts';

/** What is wrong with a free. */
export type MisuseKind =
  /** memory of one runtime is freed by another */
  | 'cross-module free'
  /** a heap is given a block of another heap */
  | 'wrong heap'
  /** what is freed is no start of a block */
  | 'not a block'
  /** what is freed is free already */
  | 'double free'
  /** a debug runtime is stopping at its own check, and what it was given is known */
  | 'debug assertion';

/** A frame that takes memory back. */
export interface FreeingFrame {
  readonly frame: CallFrame;
  /** `MSVCR90D!free` */
  readonly function: string;
  readonly pointer: Address;
  readonly from: ArgumentSource;
  /** the heap it is told to use, where it is told */
  readonly handle?: Address;
  /** it works below the debug heap: of a debug block it should be given the header */
  readonly base: boolean;
  /** what shows that it frees, where no symbol names it */
  readonly byCode?: FreeByCode;
}

/** Evidence of memory that is freed by the wrong one. */
export interface Misuse {
  readonly kind: MisuseKind;
  /** `shown`: all that it rests on is in the dump; `likely`: some of it is concluded */
  readonly certainty: 'shown' | 'likely';
  readonly thread?: CallStack['thread'];
  readonly pointer: Address;
  /** whose memory it is */
  readonly memory: AddressAnswer;
  /** the runtime that has allocated it, and the modules that allocate through it */
  readonly allocator?: RuntimeCopy;
  readonly allocatedBy: readonly Module[];
  /** the runtime that is asked to free it, and the module whose code asks */
  readonly freer?: RuntimeCopy;
  readonly freedBy?: Module;
  /** the heap that the freer's runtime gives it back to */
  readonly freerHeap?: Address;
  /** the frames that take the memory back, innermost first */
  readonly frames: readonly FreeingFrame[];
  /** the frame of the code that asks for the free */
  readonly caller?: { readonly frame: CallFrame; readonly function: string };
  /** sentences, the strongest first */
  readonly evidence: readonly string[];
}

/** A function's name and where it begins. */
export interface FrameName {
  readonly name: string;
  readonly start: Address;
  /** it is the nearest export: functions that are not exported may lie between */
  readonly ofExport?: boolean;
}

/** What the search asks of its surroundings: who names frames. */
export interface MisuseInput {
  readonly context: CrtContext;
  readonly map: CrtMap;
  readonly stacks: readonly CallStack[];
  /** The function of a frame; undefined where no symbol names it. */
  nameOf(frame: CallFrame): FrameName | undefined;
  readonly pace: Pacer;
}

/** `MisuseInput` with what tells frees that no symbol names. */
interface Search extends MisuseInput {
  readonly byCode: FreesByCode;
}

/** Looks at every stack for a free that is given memory of another runtime or heap. */
export async function findMisuse(input: MisuseInput): Promise<Misuse[]> {
  const found: Misuse[] = [];
  const search = { ...input, byCode: new FreesByCode(input.context, input.map) };
  for (const stack of input.stacks) found.push(...(await misuseOnStack(search, stack)));
  // the exception's stack and the thread's own may show the same
  return found.filter(
    (m, i) =>
      found.findIndex(
        (o) => o.pointer === m.pointer && o.thread?.id === m.thread?.id && o.kind === m.kind,
      ) === i,
  );
}

/** One free may be several frames: operator delete, free, _free_dbg, HeapFree. */
async function misuseOnStack(input: Search, stack: CallStack): Promise<Misuse[]> {
  const found: Misuse[] = [];
  const { frames } = stack;
  for (let i = 0; i < frames.length; i++) {
    if (!freeingFrame(input, frames, i)) continue;
    const chain: FreeingFrame[] = [];
    let at = i;
    for (; at < frames.length; at++) {
      const freeing = freeingFrame(input, frames, at);
      if (!freeing) break;
      chain.push(freeing);
    }
    const misuse = await judge(input, stack, chain, at);
    if (misuse) found.push(misuse);
    i = at;
  }
  return found;
}

function freeingFrame(search: Search, frames: readonly CallFrame[], i: number): FreeingFrame | undefined {
  const frame = frames[i];
  if (!frame || frame.inline || !frame.module) return undefined;
  const { context } = search;
  const named = search.nameOf(frame);
  const what = named && freeFunction(named.name);
  const caller = frames.slice(i + 1).find((f) => !f.inline);
  if (!what) return named && !named.ofExport ? undefined : freeingByCode(search, frame, caller);
  const pointer = argumentOf(context, frame, caller, named.start, what.pointer);
  if (!pointer || pointer.value === 0n) return undefined;
  const handle =
    what.handle === undefined
      ? undefined
      : argumentOf(context, frame, caller, named.start, what.handle)?.value;
  const name = `${frame.module.name}!${named.name}`;
  return {
    frame,
    function: name,
    pointer: pointer.value,
    from: pointer.from,
    handle,
    base: what.base === true,
  };
}

function freeingByCode(
  { context, byCode }: Search,
  frame: CallFrame,
  caller: CallFrame | undefined,
): FreeingFrame | undefined {
  const found = byCode.at(frame, caller);
  const pointer = found && argumentOf(context, frame, caller, found.start, 0);
  if (!pointer || pointer.value === 0n) return undefined;
  const { value, from } = pointer;
  return {
    frame,
    function: offsetName(found.module, found.start),
    pointer: value,
    from,
    base: found.frees.offset === 0,
    byCode: found,
  };
}

/** A chain of frames that take memory back, innermost first; `outer` is the index of the frame that called them. */
async function judge(
  input: MisuseInput,
  stack: CallStack,
  chain: readonly FreeingFrame[],
  outer: number,
): Promise<Misuse | undefined> {
  const { map } = input;
  const pick = await chosen(input, chain);
  if (!pick) return undefined;
  const { freeing, memory } = pick;
  const freer = runtimeOf(map, chain);
  const callerFrame = stack.frames.slice(outer).find((f) => !f.inline && f.module !== undefined);
  const freedBy = callerFrame?.module ?? freeing.frame.module;
  const allocator = memory.runtime;
  const freerHeap = freeing.handle ?? freer?.handle?.value;
  const kind = kindOf(freeing, memory, freerHeap, freer);
  const report = reportOn(input, stack, chain[0]?.frame);
  if (!kind && !report) return undefined;
  const misuse: Misuse = {
    kind: kind ?? 'debug assertion',
    certainty: freeing.from === 'call site' || freeing.byCode || !memory.heapBlock ? 'likely' : 'shown',
    thread: stack.thread,
    pointer: freeing.pointer,
    memory,
    allocator,
    allocatedBy: memory.allocatedBy,
    freer,
    freedBy,
    freerHeap,
    frames: chain,
    caller: callerFrame && { frame: callerFrame, function: functionText(input, callerFrame) },
    evidence: [],
  };
  return { ...misuse, evidence: evidenceFor(misuse, report) };
}

/** The frame whose pointer a heap holds: the outermost, which has what the program passed. */
async function chosen(
  { context, map, pace }: MisuseInput,
  chain: readonly FreeingFrame[],
): Promise<{ freeing: FreeingFrame; memory: AddressAnswer } | undefined> {
  for (const freeing of chain.toReversed()) {
    const memory = await explainAddress(context, map, freeing.pointer, pace);
    if (memory.heap) return { freeing, memory };
  }
  return undefined;
}

/** The runtime that frees: the one that the outermost function of the chain is part of. */
function runtimeOf(map: CrtMap, chain: readonly FreeingFrame[]): RuntimeCopy | undefined {
  for (const { frame } of chain.toReversed()) {
    const runtime = frame.module && map.of(frame.module)?.runtime;
    if (runtime) return runtime;
  }
  return undefined;
}

function kindOf(
  freeing: FreeingFrame,
  memory: AddressAnswer,
  freerHeap: Address | undefined,
  freer: RuntimeCopy | undefined,
): MisuseKind | undefined {
  const { heap, heapBlock, place, header, runtime: allocator } = memory;
  if (heap && freerHeap !== undefined && freerHeap !== heap.address) {
    return allocator && freer && allocator !== freer ? 'cross-module free' : 'wrong heap';
  }
  if (allocator && freer && mayFree(allocator, freer).answer === 'no') return 'cross-module free';
  if (heapBlock?.state === 'free') return 'double free';
  if (freeing.base && header?.block.user === freeing.pointer) return 'not a block';
  if (place && !['start', 'aligned start', 'heap block', 'header'].includes(place.kind)) return 'not a block';
  return undefined;
}

function evidenceFor(misuse: Misuse, report: Report | undefined): string[] {
  const { memory, freer, freerHeap, frames, pointer } = misuse;
  const sentences: string[] = [];
  const [inner] = frames;
  const outermost = frames.at(-1);
  if (outermost) {
    sentences.push(`${outermost.function} was given ${hex(pointer)} (${SOURCES[outermost.from]})`);
    if (outermost.byCode) sentences.push(codeText(outermost.byCode));
  }
  if (memory.heap)
    sentences.push(`${hex(pointer)} lies in heap ${hex(memory.heap.address)}${ownerText(memory)}`);
  if (memory.header) {
    const { block, file } = memory.header;
    const where = file === undefined ? '' : `, allocated at ${file}(${block.line})`;
    sentences.push(`its debug header says: request ${block.request}, ${block.size} bytes${where}`);
  }
  if (freerHeap !== undefined) {
    const who = inner?.handle === freerHeap && frames.length === 1 ? inner.function : freer?.name;
    sentences.push(`${who ?? 'the freeing runtime'} frees to heap ${hex(freerHeap)}`);
  }
  if (report) sentences.push(report.text);
  return sentences;
}

const SOURCES: Readonly<Record<ArgumentSource, string>> = {
  stack: 'its argument on the stack',
  register: 'its argument register',
  'home space': "the argument's home on the stack",
  'saved register': 'the register that it keeps its argument in',
  'call site': "worked out from its caller's code",
};

/** What the code of a function without a name shows. */
function codeText({ start, frees, handle, module }: FreeByCode): string {
  const { offset, through, name, kind } = frees;
  const less = offset === 0 ? '' : `, ${offset < 0 ? 'less' : 'plus'} ${hex(BigInt(Math.abs(offset)))}`;
  const others = through.length - 1;
  const by = others === 0 ? '' : `, through ${others} ${others === 1 ? 'function' : 'functions'} more,`;
  const what = kind === 'free' ? 'to be freed' : 'to be reallocated';
  return `no symbol names ${offsetName(module, start)}: its code passes its first argument${less}${by} to ${name} ${what}, with the heap handle in ${offsetName(module, handle)}`;
}

function ownerText({ runtime, candidates }: AddressAnswer): string {
  if (runtime) return `, the heap of ${runtime.name}`;
  return candidates.length === 0 ? ", which is no runtime's" : '';
}

interface Report {
  readonly text: string;
}

/** Whether the stack above a chain ends in a debug runtime's report, or in the breakpoint behind one; what it says. */
function reportOn(input: MisuseInput, stack: CallStack, inner: CallFrame | undefined): Report | undefined {
  const above = stack.frames.filter((f) => inner && f.index < inner.index && !f.inline);
  for (const [i, frame] of above.entries()) {
    const named = input.nameOf(frame);
    if (!named || !isDebugReport(named.name)) continue;
    const caller = above.slice(i + 1)[0] ?? inner;
    const says = reportText(input, frame, caller, named);
    const name = `${frame.module?.name ?? '?'}!${named.name}`;
    return { text: `the debug runtime is reporting it: ${name}${says}` };
  }
  const innermost = above[0];
  if (innermost && stack.ofException && isBreakpoint(input.context)) {
    return { text: 'the debug runtime has stopped in a breakpoint: a check of its own failed' };
  }
  return undefined;
}

function isBreakpoint({ target }: CrtContext): boolean {
  return target.exception?.record.code === 0x80000003;
}

/** A file name or a format, as source code has them. */
const PRINTABLE = /^[\x20-\x7e]{2,}$/;

/** The file, the line and the format of a report: _CrtDbgReport(type, file, line, module, format, …). */
function reportText(
  { context }: MisuseInput,
  frame: CallFrame,
  caller: CallFrame | undefined,
  named: FrameName,
): string {
  if (!/^_CrtDbgReportA?$/.test(named.name)) return '';
  const argument = (index: number): Address | undefined =>
    argumentOf(context, frame, caller, named.start, index)?.value;
  const text = (index: number): string | undefined => {
    const at = argument(index);
    const found = at ? readAsciiz(context.target.memory, at, 512)?.replace(/\s+/g, ' ') : undefined;
    // another function of this name may take other arguments: what is no text is not shown as one
    return found !== undefined && PRINTABLE.test(found) ? found : undefined;
  };
  const file = text(1);
  const line = argument(2);
  const format = text(4);
  const place = file && line !== undefined ? ` at ${file}(${line})` : '';
  return format ? `${place}, "${format}"` : place;
}

function functionText({ nameOf }: MisuseInput, frame: CallFrame): string {
  const named = nameOf(frame);
  if (!frame.module) return hex(frame.instruction);
  if (!named) return offsetName(frame.module, frame.instruction);
  return `${frame.module.name}!${named.name}+${hex(frame.instruction - named.start)}`;
}

function offsetName(module: Module, address: Address): string {
  return `${module.name}+${hex(address - module.base)}`;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
