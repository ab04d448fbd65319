import { hexAddress } from '../../bytes/index.ts';
import { span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { BusyBlocks } from '../heap/index.ts';
import { shapeOf } from './findObjects.ts';
import { found, restricted } from './hits.ts';
import { printHit } from './printHit.ts';
import { saveHits } from './savedHits.ts';
import { isHeaps, type Search } from './search.ts';
import { readSearchRequest } from './searchRequest.ts';

/** Hits that the JSON output gives at most; `count` says how many there are. */
const MAX_JSON_HITS = 0x10000;

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
