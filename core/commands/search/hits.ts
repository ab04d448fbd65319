import type { HeapSnapshot } from '../../heap/index.ts';
import type { Address } from '../../target/index.ts';
import type { Call } from '../command.ts';
import type { BusyBlocks } from '../heap/index.ts';
import { BytePattern } from './bytePattern.ts';
import { hasShape } from './findObjects.ts';
import { findPattern } from './findPattern.ts';
import { findStrings } from './findStrings.ts';
import { savedHits } from './savedHits.ts';
import { isHeaps, type Hit, type Search } from './search.ts';
import { UNITS } from './searchRequest.ts';
import { writeableRanges } from './writeableRanges.ts';

/** The hits of a search, in the order of their addresses, as they are found. */
export async function* found(search: Search, call: Call): AsyncGenerator<Hit> {
  const { request, where } = search;
  if (isHeaps(where)) {
    for (const snapshot of where.snapshots) yield* foundInHeap(search, where, snapshot, call);
    return;
  }
  const { memory } = call.session.target;
  for (const range of request.writeable ? writeableRanges(call.session, where) : [where]) {
    if (request.sought.kind === 'strings') {
      yield* findStrings(memory, range, request.sought.wide, request.minLength, call.pace);
      continue;
    }
    const { pattern, unit } = patternOf(search, call);
    // hits are counted from the range's start, also where only parts of it are searched
    for await (const address of findPattern(memory, range, { pattern, unit, from: where.start }, call.pace)) {
      if (isHit(search, address, call)) yield { address };
    }
  }
}

/** Text ends with its block; bytes are looked for in long runs, and what is not within one busy block is left out. */
async function* foundInHeap(
  search: Search,
  busy: BusyBlocks,
  snapshot: HeapSnapshot,
  call: Call,
): AsyncGenerator<Hit> {
  const { sought, minLength } = search.request;
  const { memory } = call.session.target;
  if (sought.kind === 'strings') {
    for (const range of busy.ranges(snapshot)) {
      for await (const hit of findStrings(memory, range, sought.wide, minLength, call.pace))
        yield { ...hit, block: busy.holding(hit.address, 1, snapshot) };
    }
    return;
  }
  const { pattern, unit } = patternOf(search, call);
  for (const run of busy.runs(snapshot)) {
    for await (const address of findPattern(memory, run, { pattern, unit: 1, from: run.start }, call.pace)) {
      const block = busy.holding(address, pattern.length, snapshot);
      // values stand at multiples of their size from the block's start
      if (block && block.displacement % unit === 0 && isHit(search, address, call)) yield { address, block };
    }
  }
}

/** The hits of the last search that was saved, where this one's pattern stands too; with -heap those in busy blocks. */
export function* restricted(search: Search, call: Call): Generator<Hit> {
  const { where } = search;
  for (const hit of matchingAgain(search, call)) {
    if (!isHeaps(where)) {
      yield hit;
      continue;
    }
    const block = where.holding(hit.address, lengthOf(search, call));
    if (block) yield { ...hit, block };
  }
}

function lengthOf(search: Search, call: Call): number {
  const { sought, minLength } = search.request;
  if (sought.kind === 'strings') return minLength * (sought.wide ? 2 : 1);
  return patternOf(search, call).pattern.length;
}

function* matchingAgain(search: Search, call: Call): Generator<Hit> {
  const { sought, minLength } = search.request;
  const { memory } = call.session.target;
  for (const address of savedHits(call.session)) {
    if (sought.kind === 'strings') {
      const unit = sought.wide ? 2 : 1;
      const length = minLength * unit;
      const bytes = memory.available(address, length) === length ? memory.read(address, length) : [];
      const text = [...bytes].filter((_, i) => i % unit === 0);
      const rest = [...bytes].filter((_, i) => i % unit !== 0);
      if (text.length === minLength && text.every((b) => b >= 0x20 && b < 0x7f) && rest.every((b) => b === 0))
        yield { address, text: String.fromCharCode(...text) };
      continue;
    }
    const { pattern } = patternOf(search, call);
    if (memory.available(address, pattern.length) !== pattern.length) continue;
    if (pattern.matches(memory.read(address, pattern.length), 0) && isHit(search, address, call))
      yield { address };
  }
}

function patternOf({ request, shape }: Search, call: Call): { pattern: BytePattern; unit: number } {
  const { sought } = request;
  if (sought.kind === 'bytes') return { pattern: new BytePattern(sought.bytes), unit: UNITS[sought.type] };
  const { pointerSize } = call.session.machine;
  const pointer = new Uint8Array(8);
  new DataView(pointer.buffer).setBigUint64(0, shape?.class.vtable ?? 0n, true);
  return { pattern: new BytePattern(pointer.subarray(0, pointerSize)), unit: pointerSize };
}

function isHit({ shape }: Search, address: Address, { session }: Call): boolean {
  return !shape || hasShape(session.target.memory, address, shape, session.machine.pointerSize);
}
