import type { Address, Module } from '../../target/index.ts';
import { readPointer, readUpTo, tryRead } from '../../target/index.ts';
import { type FreedArgument, FreedArguments } from '../code/freedArgument.ts';
import type { CrtContext } from '../crtInput.ts';
import { heapSlots } from '../heapHandle.ts';
import { ImportSlots } from '../importSlots.ts';
import type { CrtMap } from '../model.ts';
import type { CallFrame } from './callFrame.ts';

/** Bytes of `call rel32`, of `call [slot]`, and of that with a prefix. */
const CALL_LENGTHS = [5, 6, 7];

/** A frame whose function frees its argument, as its code shows. */
export interface FreeByCode {
  readonly start: Address;
  readonly frees: FreedArgument;
  /** the variable with the handle, and its module: what the evidence names */
  readonly handle: Address;
  readonly module: Module;
}

/**
 * Frees in modules with a runtime of their own whose functions no symbol names: where a frame's function begins is what
 * its caller called, and what it does is read in its code.
 */
export class FreesByCode {
  private readonly modules = new Map<Module, FreedArguments | undefined>();

  constructor(
    private readonly context: CrtContext,
    private readonly map: CrtMap,
  ) {}

  at(frame: CallFrame, caller: CallFrame | undefined): FreeByCode | undefined {
    const { module } = frame;
    const runtime = module && this.map.of(module)?.runtime;
    const handle = runtime?.handle?.variable;
    if (!caller || !runtime || runtime.module !== module || handle === undefined) return undefined;
    if (!this.modules.has(module)) this.modules.set(module, this.argumentsOf(module, handle));
    const readings = this.modules.get(module);
    const start = readings && this.calledBy(caller);
    if (start === undefined) return undefined;
    const reading = readings?.read(Number(start));
    // a tail call may have left the function that was called
    if (!reading?.frees || !reading.reaches(Number(frame.instruction))) return undefined;
    return { start, frees: reading.frees, handle, module };
  }

  private argumentsOf(module: Module, handle: Address): FreedArguments | undefined {
    const { image } = module;
    const { memory, modules } = this.context.target;
    const disassembler = this.context.disassembler(this.context.machineOf(module));
    if (!image || !disassembler) return undefined;
    const slots = heapSlots(new ImportSlots(module, image, memory, modules));
    if (slots.size === 0) return undefined;
    const { pointerSize } = image;
    const isProcessHeap = this.map.of(module)?.runtime?.handle?.isProcessHeap === true;
    return new FreedArguments({
      ...{ memory, disassembler, pointerSize, slots, isProcessHeap },
      handle: Number(handle),
    });
  }

  /** What the call leads to whose return address a frame stands at. */
  private calledBy(caller: CallFrame): Address | undefined {
    const { memory } = this.context.target;
    const { machine } = caller.registers;
    const disassembler = this.context.disassembler(machine);
    if (!disassembler) return undefined;
    for (const length of CALL_LENGTHS) {
      const at = caller.instruction - BigInt(length);
      const bytes = readUpTo(memory, at, length);
      if (bytes.length < length) continue;
      const { flow, target, memory: slot, bytes: used } = disassembler.decode(bytes, at);
      if (used.length !== length) continue;
      if (flow === 'call' && target !== undefined) return target;
      if (flow === 'indirect call' && slot && slot.base === undefined && slot.index === undefined) {
        const address = BigInt.asUintN(machine.pointerSize * 8, slot.displacement);
        return tryRead(() => readPointer(memory, address, machine.pointerSize));
      }
    }
    return undefined;
  }
}
