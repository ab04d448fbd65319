import { type Address, type AddressRange, readPointer } from '../target/index.ts';
import { isPlausible, lockState, MAX_COUNT } from './criticalSections.ts';
import type { ProcessView } from './processView.ts';

/** What was found in one window of memory; a caller rests between two. */
export interface SectionScan {
  readonly found: readonly Address[];
  /** the first address behind the window */
  readonly reached: Address;
}

/**
 * Looks through memory for critical sections: places whose DebugInfo leads to debug information that leads back. Gives
 * the sections' addresses, window by window. Sections without debug information cannot be told from other memory.
 */
export function* findCriticalSections(view: ProcessView, range: AddressRange): Iterable<SectionScan> {
  const p = view.machine.pointerSize;
  const back = BigInt(view.layouts.offset('_RTL_CRITICAL_SECTION_DEBUG', 'CriticalSection'));
  for (const { base, bytes } of view.target.memory.windows(range)) {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found: Address[] = [];
    for (let at = misalignment(base, p); at + p <= bytes.length; at += p) {
      if (!plausible(data, at, p) || !countsAgree(data, at, p)) continue;
      const debugInfo = p === 8 ? data.getBigUint64(at, true) : BigInt(data.getUint32(at, true));
      const section = base + BigInt(at);
      if (pointerAt(view, debugInfo + back) === section && isPlausible(view, section)) found.push(section);
    }
    yield { found, reached: base + BigInt(bytes.length) };
  }
}

/**
 * Looks for debug information that is linked to nothing but itself, which is how Wine keeps it: a LIST_ENTRY that holds
 * its own address twice is rare enough that all memory can be looked through. Gives the sections' addresses.
 */
export function* findUnlinkedSections(view: ProcessView, range: AddressRange): Iterable<SectionScan> {
  const p = view.machine.pointerSize;
  const structure = '_RTL_CRITICAL_SECTION_DEBUG';
  const links = BigInt(view.layouts.offset(structure, 'ProcessLocksList'));
  const owner = BigInt(view.layouts.offset(structure, 'CriticalSection'));
  for (const { base, bytes } of view.target.memory.windows(range)) {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const low = Number(base & 0xffffffffn);
    const found: Address[] = [];
    for (let at = misalignment(base, p); at + 2 * p <= bytes.length; at += p) {
      const own = (low + at) >>> 0;
      if (data.getUint32(at, true) !== own || data.getUint32(at + p, true) !== own) continue;
      const debugInfo = base + BigInt(at) - links;
      const section = pointerAt(view, debugInfo + owner);
      if (section && pointerAt(view, section) === debugInfo && isPlausible(view, section))
        found.push(section);
    }
    yield { found, reached: base + BigInt(bytes.length) };
  }
}

/** A pointer to pointer-aligned user memory; most of memory is not, which saves the look-up. */
function plausible(data: DataView, at: number, pointerSize: 4 | 8): boolean {
  const low = data.getUint32(at, true);
  if (low % pointerSize !== 0) return false;
  if (pointerSize === 4) return low >= 0x10000;
  const high = data.getUint32(at + 4, true);
  return high < 0x8000 && (high !== 0 || low >= 0x10000);
}

/**
 * Whether LockCount, RecursionCount and OwningThread behind a pointer can be those of one critical section. They stand
 * in the window already, so this is what makes looking through memory fast.
 */
function countsAgree(data: DataView, at: number, pointerSize: 4 | 8): boolean {
  const counts = at + pointerSize;
  // at a window's end the section itself is read
  if (counts + 8 + pointerSize > data.byteLength) return true;
  const recursion = data.getInt32(counts + 4, true);
  if (recursion < 0 || recursion >= MAX_COUNT) return false;
  const lock = data.getInt32(counts, true);
  if (lock >= MAX_COUNT || lock < -4 * MAX_COUNT) return false;
  const owner = data.getUint32(counts + 8, true);
  if (pointerSize === 8 && data.getUint32(counts + 12, true) !== 0) return false;
  return lockState(lock, recursion).locked === (owner !== 0);
}

function misalignment(base: Address, pointerSize: 4 | 8): number {
  return (pointerSize - Number(base % BigInt(pointerSize))) % pointerSize;
}

function pointerAt(view: ProcessView, address: Address): Address | undefined {
  const { memory } = view.target;
  const { pointerSize } = view.machine;
  // asked for rarely what is there: cheaper than a thrown error
  if (memory.available(address, pointerSize) < pointerSize) return undefined;
  return readPointer(memory, address, pointerSize);
}
