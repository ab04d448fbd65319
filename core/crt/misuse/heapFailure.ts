import { hexAddress } from '../../bytes/index.ts';
import type { Address, Module } from '../../target/index.ts';
import { explainAddress } from '../explainAddress.ts';
import type { RuntimeCopy } from '../model.ts';
import type { Misuse, MisuseInput } from './misuseModel.ts';

/** What the heap manager wrote down of a failure (ntdll!RtlpHeapFailureInfo), as far as it matters here. */
export interface HeapFailureRecord {
  /** the heap that was asked */
  readonly heap: Address;
  /** the block's entry in an NT heap, its user pointer in a segment heap; 0 if none */
  readonly address: Address;
  /** `heap_failure_block_not_busy` */
  readonly typeName?: string;
  /** return addresses at the time, innermost first */
  readonly stack: readonly Address[];
}

/** Bytes from the entry that the heap manager names to the pointer that it was given. */
const ENTRY = { 4: 8n, 8: 16n } as const;
/** Functions between the program and the heap manager are in these, and in the runtimes. */
const BELOW = /^(ntdll|kernel32|kernelbase|verifier)\.dll$/i;

/**
 * Whether a heap failure is a block that was given to the wrong heap, or debug memory in the hands of release code.
 * Undefined where the record shows neither.
 */
export async function misuseOfFailure(
  input: MisuseInput,
  failure: HeapFailureRecord,
): Promise<Misuse | undefined> {
  const { context, map, pace } = input;
  const { heaps } = context.input;
  if (failure.address === 0n) return undefined;
  const asked = heaps.heaps[heaps.indexOf(failure.heap)] ?? heaps.heaps[heaps.heapAt(failure.heap)];
  if (!asked) return undefined;
  const entry = asked.kind === 'segment' ? 0n : ENTRY[asked.machine.pointerSize];
  const pointer = failure.address + entry;
  const memory = await explainAddress(context, map, pointer, pace);
  const isForeign = memory.heap !== undefined && memory.heap.address !== asked.address;
  // the heap manager was given the address behind a debug header
  const isDebugData = memory.header !== undefined && memory.place?.kind === 'start';
  if (!isForeign && !isDebugData) return undefined;
  const [freer] = map.usersOfHeap(asked.address);
  const freedBy = programModule(input, failure.stack);
  const users: RuntimeCopy | undefined = (freedBy && map.of(freedBy)?.runtime) ?? freer;
  const name = failure.typeName ?? 'a heap failure';
  const evidence = [
    `the heap manager recorded ${name} for heap ${hexAddress(asked.address)}, block ${hexAddress(failure.address)}`,
    isForeign
      ? `${hexAddress(pointer)} lies in heap ${hexAddress(memory.heap?.address ?? 0n)}${memory.runtime ? `, the heap of ${memory.runtime.name}` : ''}`
      : `${hexAddress(pointer)} is debug memory: the heap's block begins ${memory.header?.block.layout.size ?? 0} bytes before, and release code does not know`,
  ];
  if (freedBy) evidence.push(`the innermost module of the program on the recorded stack is ${freedBy.name}`);
  return {
    kind: isForeign && memory.runtime === undefined ? 'wrong heap' : 'cross-module free',
    certainty: isForeign ? 'shown' : 'likely',
    pointer,
    memory,
    allocator: memory.runtime,
    allocatedBy: memory.allocatedBy,
    freer: users,
    freedBy,
    freerHeap: asked.address,
    frames: [],
    evidence,
  };
}

function programModule({ context, map }: MisuseInput, stack: readonly Address[]): Module | undefined {
  const runtimeDlls = new Set(map.runtimes.filter((r) => r.form === 'dll').map((r) => r.module));
  for (const address of stack) {
    const module = context.target.modules.find(address);
    if (module && !BELOW.test(module.fileName) && !runtimeDlls.has(module)) return module;
  }
  return undefined;
}
