import { hex } from '../../bytes/index.ts';
import { BlockMark, type BlockOwner, type HeapBlock, type HeapSnapshot } from '../../heap/index.ts';
import { type Part, span } from '../../output/index.ts';
import { type Address, type Memory, readU8, tryRead } from '../../target/index.ts';
import { flat, hasHeaders, previousSize } from './blockText.ts';

/** Bits of a HEAP_ENTRY's flags (HEAPS.md 4.2) */
const Flag = { fill: 0x04, internal: 0x08, last: 0x10 } as const;
const UNUSED = 0x3f;
/** What newer debuggers show above the flags of heaps whose headers are coded: since Vista. */
const CODED = 0x100;

/** Prints blocks as `!heap -a` lists entries. */
export class EntryRows {
  private readonly isNt: boolean;

  constructor(
    private readonly snapshot: HeapSnapshot,
    private readonly memory: Memory,
    /** since Vista, which coded headers */
    private readonly coded: boolean,
  ) {
    this.isNt = snapshot.reference.kind === 'nt';
  }

  /** `        001e0580: 00580 . 00240 [101] - busy (23f)` */
  row(block: HeapBlock): Part[] {
    const { reference } = this.snapshot;
    const address = ['        ', flat(block.entry, reference)];
    if (block.state === 'uncommitted') return [...address, uncommitted(block.size)];
    if (!hasHeaders(reference)) {
      return [
        ...address,
        `: ${hex(block.size, 5)} ${partName(block)}${this.state(block, ' - free')}`,
        ...damage(block),
      ];
    }
    const previous = previousSize(this.snapshot, block);
    const before = previous === undefined ? '     ' : hex(previous, 5);
    const sizes = `: ${before} . ${hex(block.size, 5)} [${this.flags(block.flags, this.isLast(block))}]`;
    return [...address, sizes, this.state(block), ...damage(block)];
  }

  /** The block of the back end that a subsegment fills. */
  containerRow(container: NonNullable<BlockOwner['container']>): Part[] {
    const { entry, size, flags, previousSize: previous } = container;
    const used = hex(size - this.unusedOf(entry));
    return [
      '        ',
      flat(entry, this.snapshot.reference),
      `: ${hex(previous, 5)} . ${hex(size, 5)} [${this.flags(flags, false)}] - busy (${used}) Internal `,
    ];
  }

  /** `            0000018ca3f239a0: 00040 - busy (38)` */
  frontEndRow(block: HeapBlock): Part[] {
    return [
      '            ',
      flat(block.entry, this.snapshot.reference),
      `: ${hex(block.size, 5)}${this.state(block, ' - free')}`,
      ...damage(block),
    ];
  }

  /** A row of a free list; undefined where the entry is no free block. */
  freeRow(entry: Address): Part[] | undefined {
    const { snapshot } = this;
    const block = snapshot.blocks.at(snapshot.blocks.find(entry));
    if (block?.entry !== entry || block.state !== 'free') return undefined;
    const previous = hex(previousSize(snapshot, block) ?? 0, 5);
    const sizes = `: ${previous} . ${hex(block.size, 5)} [${this.flags(block.flags, false)}] - free`;
    return ['        ', flat(entry, snapshot.reference), sizes, ...damage(block)];
  }

  private state(block: HeapBlock, free = ''): string {
    const fill = this.isNt && (block.flags & Flag.fill) !== 0;
    switch (block.state) {
      case 'busy': {
        const size = block.userSize === undefined ? '' : ` (${hex(block.userSize)})`;
        const delayed = block.marks & BlockMark.delayed ? ', freed and kept back' : '';
        return ` - busy${size}${fill ? ', tail fill' : ''}${delayed}`;
      }
      case 'internal': {
        // the debugger calls those internal that the header calls so; the heap's own others are busy to it
        const word = !this.isNt || (block.flags & Flag.internal) !== 0 ? ' Internal ' : '';
        return ` - busy${this.internalSize(block)}${fill ? ', tail fill' : ''}${word}`;
      }
      case 'free':
        return fill ? ' free fill' : block.marks & BlockMark.delayed ? ' free DelayedFree' : free;
      case 'uncommitted':
        return '';
    }
  }

  /** A heap's own blocks have a used size as well: the first one is the heap's header. */
  private internalSize(block: HeapBlock): string {
    return this.isNt ? ` (${hex(block.size - this.unusedOf(block.entry))})` : '';
  }

  private unusedOf(entry: Address): number {
    const { granularity } = this.snapshot;
    const at = entry + BigInt(this.coded ? granularity - 1 : granularity - 2);
    return (tryRead(() => readU8(this.memory, at)) ?? 0) & UNUSED;
  }

  private flags(flags: number, last: boolean): string {
    if (!this.isNt || !this.coded) return hex(flags, 2);
    // Internal stands behind the row instead
    const shown = (flags & ~Flag.internal) | (last ? Flag.last : 0);
    return hex(shown | CODED, 3);
  }

  /** Whether committed memory ends behind the block: newer heaps do not say so in its flags, the debugger does. */
  private isLast(block: HeapBlock): boolean {
    if (!this.isNt || !this.coded) return false;
    const { blocks } = this.snapshot;
    const end = block.entry + BigInt(block.size);
    const next = block.index + 1;
    return next < blocks.length && blocks.entry(next) === end && blocks.state(next) === 'uncommitted';
  }
}

function uncommitted(size: number): string {
  return `:      ${hex(size, 8)}      - uncommitted bytes.`;
}

function partName({ part }: HeapBlock): string {
  return `[${part}]`.padEnd(9);
}

function damage({ marks }: HeapBlock): Part[] {
  if (marks & BlockMark.damaged) return [span('  *** damaged', 'error')];
  return marks & BlockMark.cut ? [span('  *** not all of it is in the dump', 'missing')] : [];
}
