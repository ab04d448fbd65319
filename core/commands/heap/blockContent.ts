import { CONTENT_BYTES, contentKind, VtableNames } from '../../analysis/objectTypes/index.ts';
import { debugHeaderSize, WindowReader } from '../../analysis/reachability/index.ts';
import type { HeapBlock, HeapSnapshot } from '../../heap/index.ts';
import { type Memory, readPointer, readUpTo, tryRead } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** Few bytes of each block are read, of blocks far from each other. */
const WINDOW = 0x1000;

/** Tells what the blocks of a heap hold by how they begin. */
export class BlockContents {
  private readonly memory: Memory;
  private readonly names: VtableNames;
  private readonly reader: WindowReader;

  constructor(
    { target, symbols }: Session,
    private readonly snapshot: HeapSnapshot,
  ) {
    this.memory = target.memory;
    this.names = new VtableNames(target, symbols, snapshot.reference.machine.pointerSize);
    this.reader = new WindowReader(target.memory, WINDOW);
  }

  /**
   * What the debugger prints below a block of `-flt`, `-srch` and `-p -a`: the vtable that its first word points to, or
   * what its first bytes look like; undefined where nothing can be said. A debug C runtime's header in front of the data
   * is passed over. May throw `AwaitFirst`.
   */
  line({ user, userSize, index }: HeapBlock): string | undefined {
    if (user === undefined) return undefined;
    const { pointerSize } = this.snapshot.reference.machine;
    const header = debugHeaderSize(this.reader, this.snapshot, index);
    const data = user + BigInt(header);
    const first = tryRead(() => readPointer(this.memory, data, pointerSize));
    const known = first === undefined ? undefined : this.names.classAt(Number(first));
    if (known) {
      return known.by === 'address'
        ? `unknown!${known.name}`
        : `${known.module.name}!${known.name}::\`vftable'`;
    }
    const bytes = Math.min(CONTENT_BYTES, userSize === undefined ? CONTENT_BYTES : userSize - header);
    switch (contentKind(readUpTo(this.memory, data, bytes))) {
      case 'text':
      case 'UTF-16 text':
        return 'unknown!printable';
      case 'fill pattern':
        return 'unknown!fillpattern';
      default:
        return undefined;
    }
  }
}
