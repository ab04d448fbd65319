import { NotAvailable } from '../../errors/index.ts';
import type { StructLayouts } from '../../types/index.ts';
import { AddressReader } from '../addressReader.ts';
import { furthestEnd } from '../furthestEnd.ts';
import { type HeapEncoding, readEncoding } from './encoding.ts';
import { holdsHeaps } from '../outlineProblems.ts';
import type { FrontEnd, HeapContext, HeapReference } from '../model.ts';

/** XP and 2003 */
const PLAIN: HeapEncoding = { mask: 0, key: [0, 0] };

/** HEAP.FrontEndHeapType */
const FRONT_ENDS: readonly FrontEnd[] = ['none', 'lookaside', 'lfh'];

/** What the walk of an NT heap needs of its header. Addresses and offsets are numbers. */
export interface NtHeap {
  readonly address: number;
  readonly pointerSize: 4 | 8;
  /** bytes of a unit, which is sizeof(HEAP_ENTRY): 8 or 16 */
  readonly unit: 8 | 16;
  /** since Vista headers are coded and carry a checksum; those of XP and 2003 are plain */
  readonly coded: boolean;
  readonly flags: number;
  readonly forceFlags: number;
  /** what headers are combined with */
  readonly encoding: HeapEncoding;
  readonly frontEnd: FrontEnd;
  /** FrontEndHeap: the lookaside lists or the LFH_HEAP; 0 if none */
  readonly frontEndHeap: number;
  /** heads of the free lists: one since Vista, 128 before */
  readonly freeLists: { readonly head: number; readonly count: number };
  /** head of the list of virtual blocks */
  readonly virtualBlocks: number;
  /** whether the dump was written to hold all of it */
  readonly whole: boolean;
  /** where memory of the heap that begins at `start` ends at the latest */
  furthest(start: number): number;
  readonly layouts: StructLayouts;
  /** for lists and structures anywhere */
  readonly reader: AddressReader;
}

/** Reads the header of an NT heap; throws `NotAvailable` where the dump does not hold it. */
export function readNtHeap(reference: HeapReference, context: HeapContext): NtHeap {
  const { layouts, machine, target } = context.view;
  const { pointerSize } = machine;
  const address = Number(reference.address);
  const reader = new AddressReader(target.memory);
  const at = (field: string): number => address + layouts.offset('_HEAP', field);
  if (!reader.has(address, layouts.size('_HEAP'))) {
    throw new NotAvailable(`the header of the heap at 0x${address.toString(16)} is not in the dump`);
  }
  const coded = layouts.has('_HEAP', 'EncodeFlagMask');
  const kind = reader.u8(at('FrontEndHeapType'));
  const frontEndHeap = reader.pointer(at('FrontEndHeap'), pointerSize);
  return {
    address,
    pointerSize,
    unit: pointerSize === 4 ? 8 : 16,
    coded,
    flags: reader.u32(at('Flags')),
    forceFlags: reader.u32(at('ForceFlags')),
    encoding: coded ? readEncoding(reader, layouts, address) : PLAIN,
    frontEnd: frontEndHeap === 0 ? 'none' : (FRONT_ENDS[kind] ?? 'none'),
    frontEndHeap,
    freeLists: { head: at('FreeLists'), count: coded ? 1 : 128 },
    virtualBlocks: at('VirtualAllocdBlocks'),
    whole: holdsHeaps(target),
    furthest: (start) => furthestEnd(context, start),
    layouts,
    reader,
  };
}
