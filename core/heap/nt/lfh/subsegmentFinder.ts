import type { AddressReader } from '../../addressReader.ts';
import type { NtHeap } from '../ntHeap.ts';
import { lfhOffsets } from './lfhCode.ts';
import {
  hasUserBlocks,
  type LfhPlaces,
  readSubsegment,
  type Subsegment,
  subsegmentOf,
} from './subsegment.ts';
import { subsegmentsInZones } from './subsegmentZones.ts';

/** Finds the subsegments that own user blocks, also where their header is damaged or a part is not in the dump. */
export class SubsegmentFinder {
  private zones: ReadonlyMap<number, number> | undefined;

  /** `key`: low 32 bits of RtlpLFHKey, undefined where it is not known */
  constructor(
    private readonly heap: NtHeap,
    private readonly places: LfhPlaces,
    private readonly key: number | undefined,
  ) {}

  /** The subsegment that the header of user blocks leads to. */
  ofHeader(near: AddressReader, userBlocks: number): Subsegment | undefined {
    const { heap, places } = this;
    if (!hasUserBlocks(near, places, userBlocks)) return undefined;
    return subsegmentOf(heap, places, near, userBlocks) ?? this.byHeaderAlone(near, userBlocks);
  }

  /** The subsegment that the front end's tables have for user blocks whose own header does not lead to it. */
  inZones(near: AddressReader, userBlocks: number): Subsegment | undefined {
    const { heap, places } = this;
    // Vista's and 7's blocks follow from the subsegment alone
    const told = near.has(userBlocks, places.headerSize) || places.form === 'header';
    if (heap.frontEnd !== 'lfh' || !told) return undefined;
    this.zones ??= subsegmentsInZones(heap, places);
    const address = this.zones.get(userBlocks);
    return address === undefined ? undefined : readSubsegment(heap, places, address, userBlocks);
  }

  /** Whether a block may hold blocks of the front end that nobody can tell, as the dump lacks what says so. */
  isLost(near: AddressReader, userBlocks: number): boolean {
    const { heap, places } = this;
    if (heap.frontEnd !== 'lfh') return false;
    // XP's look like any busy block
    if (!near.has(userBlocks, places.headerSize)) return places.form !== 'plain';
    return (
      hasUserBlocks(near, places, userBlocks) && this.isAbsent(near.pointer(userBlocks, heap.pointerSize))
    );
  }

  /** 8.1 and later: what user blocks say themselves of a subsegment that the dump does not hold. */
  private byHeaderAlone(near: AddressReader, userBlocks: number): Subsegment | undefined {
    const { heap, places, key } = this;
    const address = near.pointer(userBlocks, heap.pointerSize);
    if (places.form !== 'coded' || key === undefined || !this.isAbsent(address)) return undefined;
    // RTL_BITMAP.SizeOfBitMap: a bit for each block
    const count = near.u32(userBlocks + places.bitmapSize);
    const stride = lfhOffsets(heap, userBlocks, near.u32(userBlocks + places.offsets), key) >>> 16;
    return stride > 0 && count > 0 ? { address, userBlocks, stride, count } : undefined;
  }

  /**
   * A pointer out of a dump that was not written to hold all of a heap: in others it is damaged. User blocks that wait
   * for their next use have none.
   */
  private isAbsent(subsegment: number): boolean {
    const { heap, places } = this;
    return !heap.whole && subsegment !== 0 && !heap.reader.has(subsegment, places.subsegmentSize);
  }
}
