import type { ProcessView } from '../process/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import { type Address, type MemoryWindow, ntdllOf, readPointer, tryRead } from '../target/index.ts';

const WRITABLE = 0x8000_0000; // IMAGE_SCN_MEM_WRITE

/** A value in ntdll's data, and where it lies. */
export interface NtdllValue {
  readonly address: Address;
  readonly value: bigint;
}

/**
 * A pointer-sized variable of ntdll by its symbol's name; undefined without symbols or where the dump does not hold it.
 * May throw `AwaitFirst`.
 */
export function ntdllVariable(
  view: ProcessView,
  symbols: SymbolService | undefined,
  name: string,
): NtdllValue | undefined {
  const address = ntdllSymbol(view, symbols, name);
  if (address === undefined) return undefined;
  const value = tryRead(() => readPointer(view.target.memory, address, view.machine.pointerSize));
  return value === undefined ? undefined : { address, value };
}

/** The address of a symbol of ntdll. May throw `AwaitFirst`. */
export function ntdllSymbol(
  view: ProcessView,
  symbols: SymbolService | undefined,
  name: string,
): Address | undefined {
  const ntdll = ntdllOf(view);
  const record = ntdll && symbols?.of(ntdll)?.find(name)[0];
  return record && ntdll.base + BigInt(record.rva);
}

/**
 * ntdll's writable memory as far as the dump holds it: its writable sections, or where its headers are not to be had,
 * all of it that the dump has.
 */
export function* ntdllData(view: ProcessView): Iterable<MemoryWindow> {
  const ntdll = ntdllOf(view);
  if (!ntdll) return;
  const { memory } = view.target;
  const sections = ntdll.image?.sections.filter((s) => (s.characteristics & WRITABLE) !== 0);
  if (!sections || sections.length === 0) {
    yield* memory.windows({ start: ntdll.base, end: ntdll.end });
    return;
  }
  for (const { virtualAddress, virtualSize } of sections) {
    const start = ntdll.base + BigInt(virtualAddress);
    yield* memory.windows({ start, end: start + BigInt(virtualSize) });
  }
}
