import { hexAddress } from '../../bytes/index.ts';
import type { Address, Module } from '../../target/index.ts';
import type { AddressAnswer } from '../explainAddress.ts';
import type { DebugReport } from './debugReport.ts';
import type { ArgumentSource } from './frameArguments.ts';
import type { FreeByCode } from './freesByCode.ts';
import type { Misuse } from './misuseModel.ts';

/** The sentences that say what a misuse rests on, the strongest first. */
export function evidenceFor(misuse: Misuse, report: DebugReport | undefined): string[] {
  const { memory, freer, freerHeap, frames, pointer } = misuse;
  const sentences: string[] = [];
  const [inner] = frames;
  const outermost = frames.at(-1);
  if (outermost) {
    sentences.push(`${outermost.function} was given ${hexAddress(pointer)} (${SOURCES[outermost.from]})`);
    if (outermost.byCode) sentences.push(codeText(outermost.byCode));
  }
  if (memory.heap)
    sentences.push(
      `${hexAddress(pointer)} lies in heap ${hexAddress(memory.heap.address)}${ownerText(memory)}`,
    );
  if (memory.header) {
    const { block, file } = memory.header;
    const where = file === undefined ? '' : `, allocated at ${file}(${block.line})`;
    sentences.push(`its debug header says: request ${block.request}, ${block.size} bytes${where}`);
  }
  if (freerHeap !== undefined) {
    const who = inner?.handle === freerHeap && frames.length === 1 ? inner.function : freer?.name;
    sentences.push(`${who ?? 'the freeing runtime'} frees to heap ${hexAddress(freerHeap)}`);
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
  const less =
    offset === 0 ? '' : `, ${offset < 0 ? 'less' : 'plus'} ${hexAddress(BigInt(Math.abs(offset)))}`;
  const others = through.length - 1;
  const by = others === 0 ? '' : `, through ${others} ${others === 1 ? 'function' : 'functions'} more,`;
  const what = kind === 'free' ? 'to be freed' : 'to be reallocated';
  return `no symbol names ${offsetName(module, start)}: its code passes its first argument${less}${by} to ${name} ${what}, with the heap handle in ${offsetName(module, handle)}`;
}

function ownerText({ runtime, candidates }: AddressAnswer): string {
  if (runtime) return `, the heap of ${runtime.name}`;
  return candidates.length === 0 ? ", which is no runtime's" : '';
}

/** An address in code without names: `module+0x1234`. */
export function offsetName(module: Module, address: Address): string {
  return `${module.name}+${hexAddress(address - module.base)}`;
}
