import type { AddressRange } from '../target/index.ts';
import type { BlockOwner, HeapFinding } from './model.ts';

/** What a block is, as the columns hold it. */
export const BlockState = { busy: 0, free: 1, uncommitted: 2, internal: 3 } as const;
export type BlockState = (typeof BlockState)[keyof typeof BlockState];
/** The names in JSON, by value. */
export const STATE_NAMES = ['busy', 'free', 'uncommitted', 'internal'] as const;
export type StateName = (typeof STATE_NAMES)[number];

/** Which part of the heap manager handed the block out, as the columns hold it. */
export const BlockPart = {
  segment: 0,
  lfh: 1,
  virtual: 2,
  lookaside: 3,
  vs: 4,
  backend: 5,
  large: 6,
  page: 7,
} as const;
export type BlockPart = (typeof BlockPart)[keyof typeof BlockPart];
export const PART_NAMES = [
  'segment',
  'lfh',
  'virtual',
  'lookaside',
  'vs',
  'backend',
  'large',
  'page',
] as const;
export type PartName = (typeof PART_NAMES)[number];

/** What else is known of a block: bits. */
export const BlockMark = {
  /** a finding names it; its size is a guess */
  damaged: 1,
  /** free, and some of its pages are given back to the system */
  decommitted: 2,
  /** freed by the program and kept back by the heap (Wine's dead blocks, page heap's delayed frees) */
  delayed: 4,
  /** a stack trace or user value is stored with it */
  extra: 8,
  /** the block after it begins later than its size says, or memory it should cover is not in the dump */
  cut: 16,
} as const;

/** What `userSize` holds where it is unknown. */
export const UNKNOWN_SIZE = -1;

/**
 * A block on its way into a sink. Addresses are numbers: user addresses stay below 2^53. One record is filled again and
 * again, so that a million blocks make no garbage.
 */
export interface BlockRecord {
  /** address of the header; of the block itself where it has none */
  entry: number;
  /** bytes from the entry to the user pointer; 0 where nothing was handed out or the two are the same */
  userOffset: number;
  /** bytes from the entry to the next one */
  size: number;
  /** bytes the program asked for, UNKNOWN_SIZE where that cannot be told */
  userSize: number;
  state: BlockState;
  part: BlockPart;
  /** flags of the header, decoded; 0 where the kind has none */
  flags: number;
  /** size of the block before, in units of the heap, as the header says */
  previousUnits: number;
  /** index of an owner that `BlockSink.owner` gave */
  owner: number;
  /** BlockMark bits */
  marks: number;
}

/** A record to fill. */
export function emptyRecord(): BlockRecord {
  return {
    entry: 0,
    userOffset: 0,
    size: 0,
    userSize: UNKNOWN_SIZE,
    state: BlockState.busy,
    part: BlockPart.segment,
    flags: 0,
    previousUnits: 0,
    owner: 0,
    marks: 0,
  };
}

/** Makes a record that of memory that nobody asked for: headers of the heap's own, pages that are not used. */
export function setOther(
  record: BlockRecord,
  entry: number,
  size: number,
  state: BlockState,
  marks: number,
): void {
  record.entry = entry;
  record.size = size;
  record.userOffset = 0;
  record.userSize = UNKNOWN_SIZE;
  record.state = state;
  record.marks = marks;
}

/** Takes what a walk finds: keeps it as columns, or only counts it. */
export interface BlockSink {
  /** Takes a copy of the record. */
  add(block: BlockRecord): void;
  /** Makes an owner known and gives its index. `describe` is called only where owners are kept. */
  owner(describe: () => BlockOwner): number;
  finding(finding: HeapFinding): void;
  /** committed memory that the dump does not hold */
  missing(range: AddressRange): void;
  note(text: string): void;
}
