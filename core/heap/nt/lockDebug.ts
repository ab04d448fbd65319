import { NotAvailable } from '../../errors/index.ts';
import type { HeapContext, HeapReference } from '../model.ts';
import { readNtHeap } from './ntHeap.ts';

/**
 * The RTL_CRITICAL_SECTION_DEBUG of each heap's lock: ntdll keeps them in blocks of the process heap, which no program
 * asked for. Those that lead back to their lock.
 */
export function lockDebugBlocks(context: HeapContext): readonly number[] {
  return context.memo('heap locks', () =>
    context.heaps.flatMap((reference) => lockDebugBlock(reference, context)),
  );
}

function lockDebugBlock(reference: HeapReference, context: HeapContext): number[] {
  if (reference.kind !== 'nt') return [];
  try {
    const { address, layouts, pointerSize, reader } = readNtHeap(reference, context);
    const lock = reader.pointer(address + layouts.offset('_HEAP', 'LockVariable'), pointerSize);
    const debug = lock === 0 ? undefined : reader.tryPointer(lock, pointerSize);
    if (!debug) return [];
    const back = debug + layouts.offset('_RTL_CRITICAL_SECTION_DEBUG', 'CriticalSection');
    return reader.tryPointer(back, pointerSize) === lock ? [debug] : [];
  } catch (e) {
    if (e instanceof NotAvailable) return [];
    throw e;
  }
}
