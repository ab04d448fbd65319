import { CONTENT_BYTES, contentKind, type VtableNames } from '../../analysis/objectTypes/index.ts';
import type { WindowReader } from '../../analysis/reachability/index.ts';
import { type Memory, readUpTo } from '../../target/index.ts';

/** Blocks of one likely type. */
export interface TypeCount {
  /** a class, or what the blocks begin with: `text`, `zeros`, `data` */
  readonly type: string;
  /** of a class: the module that has its vtable */
  readonly module?: string;
  readonly by?: 'symbol' | 'rtti' | 'address';
  blocks: number;
  /** that were asked for */
  bytes: number;
}

/** Counts blocks by what they begin with: few types, however many blocks. */
export class TypeCounter {
  private readonly counts = new Map<string, TypeCount>();

  constructor(
    private readonly memory: Memory,
    private readonly reader: WindowReader,
    private readonly pointerSize: 4 | 8,
    private readonly names: VtableNames,
  ) {}

  /**
   * Counts a block, its data beginning at an address, which is a number. Gives its type; undefined for one without a
   * vtable, which is counted by its content only where `content` says so. May throw `AwaitFirst`.
   */
  add(start: number, bytes: number, content: boolean): TypeCount | undefined {
    const word = bytes >= this.pointerSize ? this.reader.pointer(start, this.pointerSize) : undefined;
    const found = word === undefined ? undefined : this.names.classAt(word);
    if (found) {
      const { name, module, by } = found;
      return this.count(`${module.name}!${name}`, bytes, { type: name, module: module.name, by });
    }
    if (!content) return undefined;
    if (bytes === 0) return this.count('empty', 0, { type: 'empty' });
    const first = readUpTo(this.memory, BigInt(start), Math.min(CONTENT_BYTES, bytes));
    const kind = contentKind(first);
    return this.count(kind, bytes, { type: kind });
  }

  /** The types, those with most bytes first. */
  list(): TypeCount[] {
    return [...this.counts.values()].sort((a, b) => b.bytes - a.bytes || b.blocks - a.blocks);
  }

  private count(key: string, bytes: number, what: Omit<TypeCount, 'blocks' | 'bytes'>): TypeCount {
    let count = this.counts.get(key);
    if (!count) this.counts.set(key, (count = { ...what, blocks: 0, bytes: 0 }));
    count.blocks++;
    count.bytes += bytes;
    return count;
  }
}

/** `ns::Circle` of `app`, with the module in front. */
export function typeName({ type, module }: TypeCount): string {
  return module === undefined ? `(${type})` : `${module}!${type}`;
}
