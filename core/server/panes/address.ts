import type { Module } from '../../target/index.ts';
import { placeExpression } from '../../commands/numbers/index.ts';
import type { AddressModel, EvaluationModel } from '../../protocol/index.ts';
import type { PaneCall } from '../paneCall.ts';

const IMAGE_SCN_MEM_EXECUTE = 0x20000000;

/** An expression as an address in the frame and view in effect. Throws `UsageError` for what cannot be read. */
export function evaluatePane({ session }: PaneCall, { expression }: { expression: string }): EvaluationModel {
  const { address, ofContext } = placeExpression(session, expression);
  return { address, symbol: session.symbols.describe(address), ofContext };
}

/** What is known of an address without walking anything that takes time. */
export async function describePane(
  { session }: PaneCall,
  { address }: { address: bigint },
): Promise<AddressModel> {
  const { memory, modules, threads } = session.target;
  const module = modules.find(address);
  const line = module && session.symbols.line(address);
  const { heapPlaceAt, heapsOf } = await import('../../commands/heap/index.ts');
  const heap = module ? undefined : heapPlaceAt(heapsOf(session), address);
  const stack = threads.find((t) => t.stack && address >= t.stack.start && address < t.stack.end);
  return {
    address,
    symbol: session.symbols.describe(address),
    source: line && `${line.file} @ ${line.line}`,
    region: module ? `image ${module.name}` : stack ? `stack of thread ${stack.index}` : undefined,
    block: heap && `heap 0x${heap.handle.toString(16)}, ${heap.part}`,
    inDump: memory.origin(address) !== undefined,
    code: module !== undefined && isCode(module, address),
  };
}

function isCode({ base, image }: Module, address: bigint): boolean {
  const rva = Number(address - base);
  const section = image?.sections.find(
    (s) => rva >= s.virtualAddress && rva < s.virtualAddress + Math.max(s.virtualSize, s.rawSize),
  );
  return section !== undefined && (section.characteristics & IMAGE_SCN_MEM_EXECUTE) !== 0;
}
