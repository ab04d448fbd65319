import { hex, hexAddress } from '../../bytes/index.ts';
import type { HeapBlock, HeapSnapshot } from '../../heap/index.ts';
import { formatFlat, type Output, type Part, span, pointer } from '../../output/index.ts';
import type { Call } from '../command.ts';
import { BlockContents } from './blockContent.ts';
import { heapHeading, hasHeaders, stateInParentheses } from './blockText.ts';
import { blockData } from './heapData.ts';

/** Blocks between two looks at the clock. */
const CHUNK = 128;

/** The blocks of one heap that a filter or a search took: as columns, since they may be all there are. */
export interface ChosenBlocks {
  readonly snapshot: HeapSnapshot;
  /** indices in the snapshot's blocks, rising */
  readonly indices: Uint32Array;
  /** where in each something was found, bytes from its user pointer */
  readonly offsets?: Float64Array;
}

/** Lists of blocks with a line below each that says what it begins with. */
export class BlockLists {
  private constructor(
    private readonly lists: readonly { readonly chosen: ChosenBlocks; readonly contents: BlockContents }[],
  ) {}

  /** Looks at all blocks, so that symbols are loaded before anything is printed; may throw `AwaitFirst`. */
  static async prepare({ session, pace }: Call, chosen: readonly ChosenBlocks[]): Promise<BlockLists> {
    const lists = chosen.map((one) => ({ chosen: one, contents: new BlockContents(session, one.snapshot) }));
    for (const { chosen: one, contents } of lists) {
      for (let i = 0; i < one.indices.length; i++) {
        contentOf(one, contents, i);
        if (i % CHUNK === 0 && pace.due()) {
          await pace.rest({ done: i, total: one.indices.length, what: 'blocks' });
        }
      }
    }
    return new BlockLists(lists);
  }

  /** As `!heap -flt` prints them: every heap has a line, with its blocks below. */
  async print(out: Output, { pace }: Call): Promise<void> {
    for (const { chosen, contents } of this.lists) {
      const { snapshot, indices, offsets } = chosen;
      const { reference, blocks } = snapshot;
      out.line(...heapHeading(reference));
      if (indices.length === 0) continue;
      out.line(entryHeading(reference.machine.pointerSize));
      for (let i = 0; i < indices.length; i++) {
        const block = blocks.at(indices[i] ?? -1);
        if (!block) continue;
        out.line(...entryRow(snapshot, block));
        const offset = offsets?.[i];
        if (offset !== undefined) {
          const at = formatFlat(blocks.user(block.index) + BigInt(offset), reference.machine.pointerSize);
          out.line('          found at ', span(at, 'address', `db ${at}`), ` (offset ${hex(offset)})`);
        }
        const content = contents.line(block);
        if (content !== undefined) out.line(`          ${content}`);
        if (i % CHUNK === 0 && pace.due()) {
          await pace.rest({ done: i, total: indices.length, what: 'blocks' });
        }
      }
    }
  }

  /** Blocks become objects when somebody reads them. */
  data() {
    return this.lists.map(({ chosen, contents }) => {
      const { snapshot, indices, offsets } = chosen;
      const blocks = () =>
        Array.from(indices, (index, i) => ({
          ...blockData(snapshot.blocks.at(index)),
          content: contentOf(chosen, contents, i),
          offset: offsets?.[i],
        }));
      return {
        heap: hexAddress(snapshot.reference.address),
        count: indices.length,
        get blocks() {
          return blocks();
        },
      };
    });
  }
}

function contentOf(
  { snapshot, indices }: ChosenBlocks,
  contents: BlockContents,
  i: number,
): string | undefined {
  const block = snapshot.blocks.at(indices[i] ?? -1);
  return block && contents.line(block);
}

/** The head of the rows of `-flt`, `-srch` and `-p -a`. */
export function entryHeading(pointerSize: 4 | 8): string {
  return pointerSize === 4
    ? '      HEAP_ENTRY Size Prev Flags    UserPtr UserSize - state'
    : '              HEAP_ENTRY Size Prev Flags            UserPtr UserSize - state';
}

/** `        000001976aa79db0 000a 0000  [00]   000001976aa79de0    00074 - (busy)`: sizes in units, the user's in bytes. */
export function entryRow(
  snapshot: HeapSnapshot,
  block: HeapBlock,
  user = snapshot.blocks.user(block.index),
): Part[] {
  const { reference, granularity } = snapshot;
  const at = (address: bigint): string => formatFlat(address, reference.machine.pointerSize);
  const units = hex(Math.floor(block.size / granularity), 4);
  const previous = hex(block.previousUnits, 4);
  const flags = hasHeaders(reference) ? hex(block.flags, 2) : '00';
  // a free block has what a program would get of it
  const room = block.state === 'free' ? Math.max(0, block.size - Number(user - block.entry)) : undefined;
  const bytes = block.userSize ?? room;
  const size = bytes === undefined ? '?????' : hex(bytes, 5);
  const entry = at(block.entry);
  return [
    '        ',
    span(entry, 'address', `!heap -x ${entry}`),
    ` ${units} ${previous}  [${flags}]   `,
    pointer(user, at(user)),
    `    ${size} - ${stateInParentheses(block)}`,
  ];
}
