import { hexAddress } from '../../bytes/index.ts';
import type { HeapSnapshot } from '../../heap/index.ts';
import { formatAddress, span, type Output } from '../../output/index.ts';
import type { Address, AddressRange } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { BusyBlocks, HeapNote } from '../heap/index.ts';
import { NUMBER_FORMATS, printNumberRow, readBlock, type NumberFormat } from '../memory/index.ts';
import { BytePattern } from './bytePattern.ts';
import { hasShape, shapeOf, type ObjectShape } from './findObjects.ts';
import { findPattern } from './findPattern.ts';
import { findStrings } from './findStrings.ts';
import { savedHits, saveHits } from './savedHits.ts';
import { readSearchRequest, UNITS, type PatternType, type SearchRequest } from './searchRequest.ts';
import { writeableRanges } from './writeableRanges.ts';

/** Bytes shown of each hit. */
const ROW_BYTES = 16;
/** Hits that the JSON output gives at most; `count` says how many there are. */
const MAX_JSON_HITS = 0x10000;

/** As -w, -d and -q print a hit (samples.md, section 7): words and double words with their characters. */
const ROWS: Readonly<Record<PatternType, NumberFormat>> = {
  b: NUMBER_FORMATS.b,
  a: NUMBER_FORMATS.b,
  w: NUMBER_FORMATS.W,
  u: NUMBER_FORMATS.W,
  d: NUMBER_FORMATS.c,
  q: NUMBER_FORMATS.q,
};

interface Hit {
  readonly address: Address;
  readonly text?: string;
  /** with -heap: the busy block that it lies in */
  readonly block?: HeapNote;
}

/** What is to be searched. The hits come while it is printed: a search through gigabytes shows the first at once. */
interface Search {
  readonly request: SearchRequest;
  readonly where: AddressRange | BusyBlocks;
  readonly shape?: ObjectShape;
  readonly hits: Hit[];
  count: number;
  overflow: boolean;
}

export const searchMemory = command<Search>({
  name: 's',
  // `s-d`, `s -[1w]u`: the options may follow at once
  pattern: /^s(?=$|[\s-])/,
  tier: 'A',
  syntax: [
    's [-[[Flags]Type]] Range Pattern',
    's -[[Flags]]v Range Object',
    's -[[Flags]]sa Range',
    's -[[Flags]]su Range',
    's -heap [Heap] -[[Flags]]Type [Pattern]',
  ],
  summary:
    'Searches memory, or busy heap blocks alone, for bytes, words, text, any printable strings, or objects of a class.',
  options: [
    {
      flag: '-b -w -d -q',
      meaning: 'values of 1, 2, 4 or 8 bytes, at multiples of their size from the start',
    },
    { flag: '-a -u', meaning: 'a text in single bytes or in UTF-16' },
    { flag: '-sa -su', meaning: 'any printable text in single bytes or in UTF-16' },
    { flag: '-v', meaning: 'objects of the class of the one at an address, by their vtable pointers' },
    {
      flag: '-heap [Heap]',
      meaning: 'in the user bytes of busy heap blocks, of all heaps or of one, with the block of each hit',
    },
    { flag: '[s] [n Hits]', meaning: 'keep the hits, 1024 of them or so many' },
    { flag: '[r]', meaning: 'look at the hits that were kept, not at the range' },
    { flag: '[l Length]', meaning: 'strings of at least so many characters, 3 unless told' },
    { flag: '[w]', meaning: 'writeable memory only' },
    { flag: '[1]', meaning: 'print addresses alone, for .foreach' },
  ],
  async run(call) {
    const { session, args } = call;
    const request = readSearchRequest(args, session.evaluator);
    const { place, sought } = request;
    return {
      request,
      where: place.kind === 'range' ? place.range : await busyBlocks(call, place.heap),
      shape: sought.kind === 'objects' ? shapeOf(session, sought.like) : undefined,
      hits: [],
      count: 0,
      overflow: false,
    };
  },
  async print(search, out, call) {
    const { request } = search;
    const kept: Address[] = [];
    for await (const hit of request.restrict ? restricted(search, call) : found(search, call)) {
      search.count++;
      if (search.hits.length < MAX_JSON_HITS) search.hits.push(hit);
      if (request.save && kept.length < request.keep) kept.push(hit.address);
      await printHit(search, hit, out, call);
      if (call.pace.due()) await call.pace.rest({ done: search.count, what: 'hits' });
    }
    if (isHeaps(search.where)) search.where.printUnread(out);
    if (!request.save) return;
    saveHits(call.session, kept);
    search.overflow = search.count > kept.length;
    if (search.overflow)
      out.line(span(`Overflow error: ${kept.length} of ${search.count} hits are kept`, 'warning'));
  },
  dataAfterPrint: true,
  data: ({ request, where, hits, count, overflow, shape }) => ({
    ...(isHeaps(where) ? where.data() : { start: hexAddress(where.start), end: hexAddress(where.end) }),
    class: shape && `${shape.class.module.name}!${shape.class.name}`,
    count,
    hits: hits.map(({ address, text, block }) => ({
      address: hexAddress(address),
      text,
      heapBlock: isHeaps(where) ? where.blockData(block) : undefined,
    })),
    truncated: count > hits.length,
    overflow: request.save ? overflow : undefined,
  }),
});

/** The heaps' code is loaded here: most searches do without. */
async function busyBlocks(call: Call, heap: string | undefined): Promise<BusyBlocks> {
  const { BusyBlocks } = await import('../heap/index.ts');
  return BusyBlocks.read(call, heap);
}

function isHeaps(where: Search['where']): where is BusyBlocks {
  return 'snapshots' in where;
}

async function* found(search: Search, call: Call): AsyncGenerator<Hit> {
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
function* restricted(search: Search, call: Call): Generator<Hit> {
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

async function printHit(search: Search, hit: Hit, out: Output, call: Call): Promise<void> {
  const { request, shape, where } = search;
  const { session } = call;
  const { address, text } = hit;
  const { pointerSize } = session.machine;
  const shown = formatAddress(address, address >> 32n ? 8 : pointerSize);
  const behind = isHeaps(where) ? where.behind(hit.block) : [];
  if (request.addressesOnly) out.line(span(`0x${shown}`, 'address'));
  else if (text !== undefined) out.line(span(shown, 'address'), `  "${text}"`, ...behind);
  else if (shape) {
    out.line(
      span(`0x${shown}`, 'address'),
      ' ',
      span(`${shape.class.module.name}!${shape.class.name}`, 'type'),
      ...behind,
    );
    if (shape.typeName !== undefined)
      await call.execute(`dt ${shape.typeName} 0x${address.toString(16)}`, out);
  } else if (request.sought.kind === 'bytes') {
    const block = readBlock(session.target.memory, address, ROW_BYTES);
    const format = ROWS[request.sought.type];
    printNumberRow({ format, columns: format.columns, pointerSize }, block, 0, ROW_BYTES, out, behind);
  }
}
