import { UsageError } from '../../errors/index.ts';
import { type MemoryRegion, protectNames, stateName, typeName } from '../../process/index.ts';

/** Names of usages by what a person may type after -f: (documentation of !address), in lower case. */
const USAGES: Readonly<Record<string, RegExp>> = {
  var: /^<unknown>$/,
  unknown: /^<unknown>$/,
  '<unknown>': /^<unknown>$/,
  free: /^Free$/,
  image: /^Image$/,
  stack: /^Stack(32|64)?$/,
  teb: /^TEB(32|64)?$/,
  peb: /^PEB(32|64)?$/,
  heap: /^Heap(32|64)?$/,
  pageheap: /^PageHeap$/,
  other: /^Other$/,
  csr: /^CSR$/,
  actx: /^Actx$/,
  nls: /^NLS$/,
  filemap: /^MappedFile$/,
  mappedfile: /^MappedFile$/,
};

/** `Stack32` and its like in WOW64 dumps. */
const SUFFIXED = /^(stack|teb|peb|heap)(32|64)$/;

type Test = (region: MemoryRegion) => boolean;

/**
 * A test for `-f:F1,F2,…`: names of one class (usage, state, type, protection) widen, classes narrow each other. Throws
 * `UsageError` for a name that is none.
 */
export function parseFilter(text: string): Test {
  const classes = new Map<string, Test[]>();
  const add = (kind: string, test: Test): void => {
    classes.set(kind, [...(classes.get(kind) ?? []), test]);
  };
  for (const name of text.split(',').map((part) => part.trim())) {
    if (name === '') continue;
    const lower = name.toLowerCase();
    const usage = USAGES[lower];
    const constant = name.toUpperCase();
    if (usage) add('usage', (r) => usage.test(r.usage));
    else if (SUFFIXED.test(lower)) add('usage', (r) => r.usage.toLowerCase() === lower);
    else if (/^MEM_(COMMIT|RESERVE|FREE)$/.test(constant)) {
      add('state', (r) => r.state !== undefined && stateName(r.state) === constant);
    } else if (/^MEM_(IMAGE|MAPPED|PRIVATE)$/.test(constant)) {
      add('type', (r) => r.type !== undefined && typeName(r.type) === constant);
    } else if (constant.startsWith('PAGE_')) {
      add('protect', (r) => r.protect !== undefined && protectNames(r.protect).includes(constant));
    } else throw new UsageError(`!address -f: does not know '${name}': ${known()}`);
  }
  const tests = [...classes.values()];
  return (region) => tests.every((alternatives) => alternatives.some((test) => test(region)));
}

function known(): string {
  return 'usages are Image, Stack, TEB, PEB, Heap, Other, VAR (unknown) and Free, the rest are MEM_… and PAGE_…';
}
