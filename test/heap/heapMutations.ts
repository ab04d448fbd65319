import type { HeapSnapshot } from '../../core/heap/index.ts';
import type { MutableDump } from './mutableDump.ts';

/**
 * Somewhere in a heap: in the header or the links of a block, in the heap's own header, in that of a segment with its
 * descriptors, of a subsegment, of what holds one, or in a block.
 */
function place(heap: HeapSnapshot, next: (below: number) => number): number {
  const { blocks, segments, owners, reference } = heap;
  const isSegmentHeap = reference.kind === 'segment';
  const kind = next(10);
  const segment = segments[next(Math.max(1, segments.length))];
  if (kind === 0) return Number(reference.address) + next(reference.kind === 'page' ? 0x1100 : 0x500);
  if (kind === 1 && segment) return Number(segment.address) + next(isSegmentHeap ? 0x2000 : 0x80);
  const owner = owners[next(Math.max(1, owners.length))];
  if (kind === 2 && owner) return Number(owner.address) + next(0x60);
  if (kind === 3 && owner) return Number(owner.container?.entry ?? owner.start) + next(0x60);
  const entry = blocks.entry(next(Math.max(1, blocks.length)));
  return Number(entry) + next(kind === 4 ? 0x400 : 0x20);
}

/** Changes up to some dozen places of a heap: bits, fills, sizes, pointers, copies of other structures, noise. */
export function mutate(
  dump: MutableDump,
  heap: HeapSnapshot,
  all: readonly HeapSnapshot[],
  next: (below: number) => number,
): void {
  const count = next(8) === 0 ? 1 + next(24) : 1 + next(6);
  for (let n = count; n > 0; n--) {
    const at = place(heap, next);
    const room = Math.min(dump.available(at), 64);
    if (room < 16) continue;
    switch (next(6)) {
      case 0:
        dump.poke(at, dump.peek(at) ^ (1 << next(8)));
        break;
      case 1: {
        const fill = [0x00, 0xff, 0x41, 0x80][next(4)] ?? 0;
        for (let i = next(room); i >= 0; i--) dump.poke(at + i, next(4) === 0 ? next(256) : fill);
        break;
      }
      case 2:
        dump.write(at, 4, [0, 1, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x1000, 0x10][next(7)] ?? 0);
        break;
      case 3: {
        // a pointer to a structure of some heap, or to itself
        const to = next(2) === 0 ? at : place(all[next(all.length)] ?? heap, next);
        dump.write(at - (at % 8), next(2) === 0 ? 4 : 8, to % 2 ** 32);
        break;
      }
      case 4:
        // what stands in another place
        for (let i = 0, from = place(heap, next); i < 16; i++) {
          if (dump.available(from + i) > 0) dump.poke(at + i, dump.peek(from + i));
        }
        break;
      default:
        for (let i = 0; i < 8; i++) dump.poke(at + i, next(256));
    }
  }
}

/** A number that depends on all that is shown of a heap. */
export function fingerprint({ blocks, findings, segments, busyBlocks }: HeapSnapshot): number {
  let h = findings.length * 31 + segments.length * 7 + busyBlocks;
  for (const column of Object.values(blocks.columns) as Iterable<number>[]) {
    for (const value of column) h = (Math.imul(h, 0x01000193) ^ (value % 0xffff_ffff)) | 0;
  }
  return h;
}
