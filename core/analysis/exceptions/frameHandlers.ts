import type { SymbolService } from '../../symbols/index.ts';
import type { Address, Machine, Module, Target } from '../../target/index.ts';
import { functionUnwindAt, type Frame } from '../../unwind/index.ts';
import { readFuncInfo, stateAt, tryBlocksAt, type CppTryBlock } from './cppScopes.ts';
import type { EhSpace } from './cppTypes.ts';
import { readSehScopes, sehScopesAt, type SehScope } from './sehScopes.ts';

/** Chains that linkers make have two or three links. */
const MAX_CHAIN = 32;

/** The language handler of a function on the stack, with the try blocks that its frame is in, innermost first. */
export interface FrameHandler {
  readonly frame: Frame;
  readonly module: Module;
  readonly handler: Address;
  readonly seh: readonly SehScope[];
  readonly cpp: readonly CppTryBlock[];
}

/**
 * The exception handlers of frames on machines that keep them in unwind tables (x64). Which kind of data a handler has
 * is told by the data: a FuncInfo begins with a magic number, a scope table holds ranges of its image.
 */
export function frameHandlers(
  input: { readonly target: Target; readonly symbols?: SymbolService; readonly machine: Machine },
  frames: readonly Frame[],
): FrameHandler[] {
  return frames.flatMap((frame) => {
    const found = frame.inline ? undefined : handlerOf(input, frame);
    return found ? [found] : [];
  });
}

function handlerOf(input: Parameters<typeof frameHandlers>[0], frame: Frame): FrameHandler | undefined {
  let unwind = functionUnwindAt(input, frame.lookup);
  for (let k = 0; unwind?.kind === 'x64' && unwind.info.chained && k < MAX_CHAIN; k++) {
    const parent = unwind.module.base + BigInt(unwind.info.chained.begin);
    unwind = functionUnwindAt(input, parent);
  }
  if (unwind?.kind !== 'x64') return undefined;
  const { module, info, record } = unwind;
  const { handler } = info;
  if (handler === undefined) return undefined;
  const space: EhSpace = {
    memory: input.target.memory,
    machine: input.machine,
    imageBase: module.base,
  };
  // the record ends with the handler's RVA and the first word of its data
  const data = module.base + BigInt(record.unwind + info.size - 4);
  return {
    frame,
    module,
    handler: module.base + BigInt(handler),
    cpp: cppBlocks(space, info.handlerData, frame.lookup),
    seh: sehBlocks(space, module, data, frame.lookup),
  };
}

function cppBlocks(space: EhSpace, rva: number | undefined, address: Address): CppTryBlock[] {
  const info = rva ? readFuncInfo(space, space.imageBase + BigInt(rva)) : undefined;
  const state = info && stateAt(space, info, address);
  return info && state !== undefined ? tryBlocksAt(info, state) : [];
}

function sehBlocks(space: EhSpace, module: Module, table: Address, address: Address): SehScope[] {
  const scopes = readSehScopes(space.memory, table);
  const sound = scopes.every(
    (s) => s.begin < s.end && s.end <= module.size && s.handler < module.size && s.target < module.size,
  );
  return sound ? sehScopesAt(scopes, Number(address - module.base)) : [];
}
