import { hexAddress } from '../../bytes/index.ts';
import type { Address } from '../../target/index.ts';
import { type AddressAnswer, explainAddress } from '../explainAddress.ts';
import type { CrtMap, RuntimeCopy } from '../model.ts';
import { mayFree } from '../verdicts.ts';
import type { CallFrame, CallStack } from './callFrame.ts';
import { reportOn } from './debugReport.ts';
import { evidenceFor, offsetName } from './evidence.ts';
import { argumentOf } from './frameArguments.ts';
import { freeFunction } from './freeFunctions.ts';
import { FreesByCode } from './freesByCode.ts';
import type { FreeingFrame, Misuse, MisuseInput, MisuseKind } from './misuseModel.ts';

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
  for (let at = 0; at < frames.length; at++) {
    const chain: FreeingFrame[] = [];
    for (let next = freeingFrame(input, frames, at); next; next = freeingFrame(input, frames, ++at)) {
      chain.push(next);
    }
    const misuse = chain.length > 0 ? await judge(input, stack, chain, at) : undefined;
    if (misuse) found.push(misuse);
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

function functionText({ nameOf }: MisuseInput, frame: CallFrame): string {
  const named = nameOf(frame);
  if (!frame.module) return hexAddress(frame.instruction);
  if (!named) return offsetName(frame.module, frame.instruction);
  return `${frame.module.name}!${named.name}+${hexAddress(frame.instruction - named.start)}`;
}
