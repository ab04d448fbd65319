import { z } from 'zod';

/**
 * What each request takes. The engine's end parses it before anything is done; the types come from here, so that both
 * ends mean the same. Addresses are bigint, 32-bit ones zero-extended.
 */

const U64 = (1n << 64n) - 1n;
const address = z.bigint().min(0n).max(U64);
/** An expression or a command line as typed; longer than any person's, short enough for a parser. */
const text = z.string().max(64 * 1024);
/** a row or byte number */
const count = z.number().int().nonnegative();

export const params = {
  /** what the host opens: a path, a file of the browser; the host checks it */
  open: z.object({ source: z.unknown() }),
  /** more files for the engine: PDBs and images; the host checks them */
  addFiles: z.object({ files: z.array(z.unknown()).max(100_000) }),
  banner: z.object({}),
  execute: z.object({ line: text }),
  complete: z.object({ line: text }),
  /** of several dumps (`.opendump`) the one in effect */
  dump: z.object({}),
  context: z.object({}),
  /** how much of the process' memory the dump holds */
  coverage: z.object({}),
  summary: z.object({}),
  /** without `thread`: the context's own stack, .ecxr included */
  stack: z.object({ limit: count.max(100_000).optional() }),
  threads: z.object({}),
  /** what these threads do, by their indices */
  threadStates: z.object({ threads: z.array(count).max(1024) }),
  modules: z.object({}),
  registers: z.object({}),
  locals: z.object({}),
  /** `address` absent: where the current frame is. Rows before and after it. */
  disassembly: z.object({
    address: address.optional(),
    before: count.max(2000),
    after: count.max(2000),
  }),
  /** an expression as an address */
  evaluate: z.object({ expression: text }),
  /** what is known of an address: symbol, region, block, owner */
  describe: z.object({ address }),
  /** type names that begin so, as `module!name` */
  typeNames: z.object({ prefix: text }),
  /** a type's fields, with values where an address is given; `depth` levels of structures within */
  typeTree: z.object({ type: text, address: address.optional() }),
  /** where there are bytes at all */
  memoryRuns: z.object({}),
  /** bytes of a range, those that are not there marked */
  memory: z.object({ start: address, length: count.max(0x10_0000) }),
  /** what the pointers in a range point to */
  pointerNotes: z.object({
    start: address,
    length: count.max(0x10_0000),
    size: z.union([z.literal(4), z.literal(8)]),
  }),
  /** the next place of bytes, text or a pointer, as a memory pane's search takes them */
  findBytes: z.object({ text, from: address, direction: z.enum(['forward', 'backward']) }),
  /** the fields of a type at an address, for marks over memory */
  structureFields: z.object({ type: text, address }),
  heaps: z.object({}),
  /** the heaps to choose from, none of them walked */
  heapChoices: z.object({}),
  /** the columns of all blocks of a heap */
  heapMap: z.object({ heap: address }),
  /** whose its blocks are, and what debug runtimes say of them; their C++ classes */
  heapOwners: z.object({ heap: address }),
  heapClasses: z.object({ heap: address }),
  heapFindings: z.object({ heap: address }),
  ownership: z.object({}),
  /** whose memory a pointer is, and who may free it */
  verdict: z.object({ address }),
  addressSpace: z.object({}),
} as const;

export type Method = keyof typeof params;
export type Params<M extends Method> = z.infer<(typeof params)[M]>;

export function isMethod(name: string): name is Method {
  return Object.hasOwn(params, name);
}
