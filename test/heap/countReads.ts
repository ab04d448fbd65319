import { AddressReader, type Span } from '../../core/heap/index.ts';
import type { Address, Memory, MemoryWindow } from '../../core/target/index.ts';

/** What heap readers do to memory, without a clock: the same on every machine. */
export interface HeapWork {
  /** how often they ask for a value, for whether something is there, for where memory goes on */
  readonly reads: number;
  /** bytes that were taken out of the dump for that */
  readonly bytes: number;
  /** bytes of those that were looked through for headers, unit by unit */
  readonly searched: number;
}

let reads = 0;
let bytes = 0;
let searched = 0;
let installed = false;

/**
 * Counts the work while something runs. The readers' own methods are counted, so that what they have at hand counts as
 * well. They stay counted until the test file ends: going back and forth would have them compiled anew each time. Bytes
 * are counted where the memory is one of `countingMemory`.
 */
export async function countReads<T>(run: () => Promise<T>): Promise<{ result: T } & HeapWork> {
  if (!installed) install();
  installed = true;
  const before = { reads, bytes, searched };
  const result = await run();
  return {
    result,
    reads: reads - before.reads,
    bytes: bytes - before.bytes,
    searched: searched - before.searched,
  };
}

/** The same memory, of which `countReads` knows what is taken. */
export function countingMemory(memory: Memory): Memory {
  return {
    read: (address, length, into) => {
      bytes += length;
      return memory.read(address, length, into);
    },
    available: (address, length) => memory.available(address, length),
    *windows(range): Iterable<MemoryWindow> {
      for (const window of memory.windows(range)) {
        bytes += window.bytes.length;
        yield window;
      }
    },
    origin: (address) => memory.origin(address),
    nextReadable: (address): Address | undefined => {
      reads++;
      return memory.nextReadable(address);
    },
  };
}

function install(): void {
  const { prototype } = AddressReader;
  const { has, span, u8, u16, u32, u64 } = prototype;
  prototype.has = function (address, length): boolean {
    reads++;
    return has.call(this, address, length);
  };
  prototype.span = function (address, length): Span | undefined {
    const found = span.call(this, address, length);
    searched += found?.length ?? 0;
    return found;
  };
  for (const [name, read] of Object.entries({ u8, u16, u32, u64 })) {
    prototype[name as 'u8'] = function (address): number {
      reads++;
      return read.call(this, address);
    };
  }
}
