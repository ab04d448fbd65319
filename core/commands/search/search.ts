import type { Address, AddressRange } from '../../target/index.ts';
import type { BusyBlocks, HeapNote } from '../heap/index.ts';
import type { ObjectShape } from './findObjects.ts';
import type { SearchRequest } from './searchRequest.ts';

export interface Hit {
  readonly address: Address;
  readonly text?: string;
  /** with -heap: the busy block that it lies in */
  readonly block?: HeapNote;
}

/** What is to be searched. The hits come while it is printed: a search through gigabytes shows the first at once. */
export interface Search {
  readonly request: SearchRequest;
  readonly where: AddressRange | BusyBlocks;
  readonly shape?: ObjectShape;
  readonly hits: Hit[];
  count: number;
  overflow: boolean;
}

export function isHeaps(where: Search['where']): where is BusyBlocks {
  return 'snapshots' in where;
}
