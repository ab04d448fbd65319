import { hexAddress } from '../../bytes/index.ts';
import { formatAddress, span, type JsonObject, type Output } from '../../output/index.ts';
import type { Address, AddressRange } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { NUMBER_FORMATS, printNumberRow, readBlock, type NumberFormat } from '../memory/index.ts';
import { BytePattern } from './bytePattern.ts';
import { hasShape, shapeOf, type ObjectShape } from './findObjects.ts';
import { findStrings } from './findStrings.ts';
import { savedHits, saveHits } from './savedHits.ts';
import { scanMemory } from './scanMemory.ts';
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
}

/** What is to be searched. The hits come while it is printed: a search through gigabytes shows the first at once. */
interface Search {
  readonly request: SearchRequest;
  readonly ranges: readonly AddressRange[];
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
  ],
  summary: 'Searches memory for bytes, words, text, any printable strings, or objects of a class.',
  options: [
    {
      flag: '-b -w -d -q',
      meaning: 'values of 1, 2, 4 or 8 bytes, at multiples of their size from the start',
    },
    { flag: '-a -u', meaning: 'a text in single bytes or in UTF-16' },
    { flag: '-sa -su', meaning: 'any printable text in single bytes or in UTF-16' },
    { flag: '-v', meaning: 'objects of the class of the one at an address, by their vtable pointers' },
    { flag: '[s] [n Hits]', meaning: 'keep the hits, 1024 of them or so many' },
    { flag: '[r]', meaning: 'look at the hits that were kept, not at the range' },
    { flag: '[l Length]', meaning: 'strings of at least so many characters, 3 unless told' },
    { flag: '[w]', meaning: 'writeable memory only' },
    { flag: '[1]', meaning: 'print addresses alone, for .foreach' },
  ],
  run({ session, args }) {
    const request = readSearchRequest(args, session.evaluator);
    const { range, sought } = request;
    return {
      request,
      ranges: request.writeable ? writeableRanges(session, range) : [range],
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
    if (!request.save) return;
    saveHits(call.session, kept);
    search.overflow = search.count > kept.length;
    if (search.overflow)
      out.line(span(`Overflow error: ${kept.length} of ${search.count} hits are kept`, 'warning'));
  },
  dataAfterPrint: true,
  data: ({ request, hits, count, overflow, shape }): JsonObject => ({
    start: hexAddress(request.range.start),
    end: hexAddress(request.range.end),
    class: shape && `${shape.class.module.name}!${shape.class.name}`,
    count,
    hits: hits.map(({ address, text }) => ({ address: hexAddress(address), text })),
    truncated: count > hits.length,
    overflow: request.save ? overflow : undefined,
  }),
});

async function* found(search: Search, call: Call): AsyncGenerator<Hit> {
  const { request, ranges } = search;
  const { sought } = request;
  const { memory } = call.session.target;
  for (const range of ranges) {
    if (sought.kind === 'strings') {
      yield* findStrings(memory, range, sought.wide, request.minLength, call.pace);
      continue;
    }
    const { pattern, unit } = patternOf(search, call);
    for await (const { base, bytes } of scanMemory(memory, range, pattern.length - 1, call.pace)) {
      // hits are counted from the range's start, also where only parts of it are searched
      const phase = Number((base - request.range.start) % BigInt(unit));
      let offsets: number[] = [];
      let from = 0;
      // a window full of hits is printed by and by, not collected whole
      for (let more = true; more;) {
        more = !pattern.visit(from === 0 ? bytes : bytes.subarray(from), (offset) => {
          if ((phase + from + offset) % unit === 0) offsets.push(from + offset);
          return offsets.length < 4096;
        });
        for (const offset of offsets) {
          const address = base + BigInt(offset);
          if (isHit(search, address, call)) yield { address };
        }
        from = (offsets.at(-1) ?? 0) + 1;
        offsets = [];
      }
    }
  }
}

/** The hits of the last search that was saved, where this one's pattern stands too. */
function* restricted(search: Search, call: Call): Generator<Hit> {
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

async function printHit({ request, shape }: Search, hit: Hit, out: Output, call: Call): Promise<void> {
  const { session } = call;
  const { address, text } = hit;
  const { pointerSize } = session.machine;
  const shown = formatAddress(address, address >> 32n ? 8 : pointerSize);
  if (request.addressesOnly) out.line(span(`0x${shown}`, 'address'));
  else if (text !== undefined) out.line(span(shown, 'address'), `  "${text}"`);
  else if (shape) {
    out.line(
      span(`0x${shown}`, 'address'),
      ' ',
      span(`${shape.class.module.name}!${shape.class.name}`, 'type'),
    );
    if (shape.typeName !== undefined)
      await call.execute(`dt ${shape.typeName} 0x${address.toString(16)}`, out);
  } else if (request.sought.kind === 'bytes') {
    const block = readBlock(session.target.memory, address, ROW_BYTES);
    const format = ROWS[request.sought.type];
    printNumberRow({ format, columns: format.columns, pointerSize }, block, 0, ROW_BYTES, out);
  }
}
