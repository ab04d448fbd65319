import { type Address, type Memory, readPointer, readU32, tryRead } from '../target/index.ts';
import type { HeapKind } from './model.ts';

/*
 * Signatures and where they stand (HEAPS.md 2, WINE-HEAP.md 1). `_HEAP.SegmentSignature` is at 8 / 0x10 since Vista,
 * where XP has `_HEAP.Signature` and `_SEGMENT_HEAP` its own.
 */
const FIRST_SIGNATURE = { 4: 8n, 8: 0x10n } as const;
const NT_HEAP = 0xeeffeeff;
const SEGMENT_HEAP = 0xddeeddee;
const WINE_MAGIC = 0x50414548; // "HEAP"
/** `_DPH_HEAP_ROOT.Signature`, a page behind a page heap's handle */
const PAGE_HEAP_ROOT = 0xffeeddcc;
const PAGE_HEAP_ROOT_AT = 0x1000n;
/** Wine 8, Wine 9 and later */
const WINE_MAGIC_AT = { 4: [0x68n, 0x6cn], 8: [0xb8n, 0xc0n] } as const;

/** `_HEAP_SEGMENT.Heap` since Vista */
const SEGMENT_OWNER = { 4: 0x18n, 8: 0x28n } as const;
/** XP and 2003: `_HEAP.Segments`, and `_HEAP_SEGMENT.Heap` */
const SEGMENTS = { 4: 0x58n, 8: 0xa0n } as const;
const OLD_SEGMENT_OWNER = { 4: 0x10n, 8: 0x18n } as const;
/** `_HEAP.Signature`: Vista and 7; 8 and later */
const INNER_SIGNATURES = { 4: [0x64n, 0x60n], 8: [0xa0n, 0x98n] } as const;

/**
 * The kind of heap at an address, by its signatures; undefined where the dump does not hold them or they are no heap's.
 * Wine carries Windows' segment signature and a magic of its own, which is asked for first. An NT heap is known by any
 * of its signatures and links, so that one that is overwritten does not hide it.
 */
export function heapKindAt(memory: Memory, address: Address, pointerSize: 4 | 8): HeapKind | undefined {
  const at = (offset: bigint): number | undefined => tryRead(() => readU32(memory, address + offset));
  const first = at(FIRST_SIGNATURE[pointerSize]);
  if (first === undefined) return undefined;
  if (first === NT_HEAP) return 'nt';
  if (first === SEGMENT_HEAP) return 'segment';
  if (WINE_MAGIC_AT[pointerSize].some((offset) => at(offset) === WINE_MAGIC)) return 'wine';
  // a further segment has the signature too; its owner is another address
  const owner = tryRead(() => readPointer(memory, address + SEGMENT_OWNER[pointerSize], pointerSize));
  if (owner === address) return 'nt';
  if (INNER_SIGNATURES[pointerSize].some((offset) => at(offset) === NT_HEAP)) return 'nt';
  if (at(PAGE_HEAP_ROOT_AT) === PAGE_HEAP_ROOT) return 'page';
  const segment = tryRead(() => readPointer(memory, address + SEGMENTS[pointerSize], pointerSize));
  if (!segment) return undefined;
  const oldOwner = tryRead(() => readPointer(memory, segment + OLD_SEGMENT_OWNER[pointerSize], pointerSize));
  return oldOwner === address ? 'nt' : undefined;
}
