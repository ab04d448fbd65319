import { readFileSync } from 'node:fs';
import { BufferSource } from '../../core/bytes/index.ts';
import { type HeapSet, openHeaps } from '../../core/heap/index.ts';
import { Minidump } from '../../core/minidump/index.ts';
import type { ProcessView } from '../../core/process/index.ts';
import { openTarget } from '../../core/target/index.ts';
import { BuiltInTypes, createStructLayouts, loadLayout } from '../../core/types/index.ts';
import { corpusFile } from '../corpus.ts';
import { countingMemory } from './countReads.ts';
import { withMemory } from './segment/heapTruth.ts';

/** A corpus dump whose memory a test damages and mends again. */
export class MutableDump {
  private readonly saved = new Map<number, number>();

  private constructor(
    private readonly bytes: Uint8Array,
    private readonly dump: Minidump,
    private readonly layouts: readonly ProcessView['layouts'][],
  ) {}

  static async open(path: string): Promise<MutableDump> {
    const bytes = new Uint8Array(readFileSync(corpusFile(path)));
    const dump = Minidump.open(new BufferSource(bytes, path));
    const target = openTarget(dump);
    const layouts = await Promise.all(
      target.machines.map(async (m) =>
        createStructLayouts([new BuiltInTypes(await loadLayout(target.system.os, m.kind))]),
      ),
    );
    return new MutableDump(bytes, dump, layouts);
  }

  /** The process anew, from the bytes as they are now: nothing is remembered. What is read is counted (`countReads`). */
  heaps(): HeapSet {
    return openHeaps({ views: this.views() });
  }

  views(): ProcessView[] {
    const target = openTarget(this.dump);
    return target.machines.flatMap((machine, i) => {
      const layouts = this.layouts[i];
      const view = layouts && { target, machine, layouts };
      return view ? [withMemory(view, countingMemory(target.memory))] : [];
    });
  }

  /** Bytes of a range that the dump holds. */
  available(address: number): number {
    const { memory } = this.dump;
    const i = memory.find(BigInt(address));
    return i < 0 ? 0 : Number(memory.end(i)) - address;
  }

  peek(address: number): number {
    return this.bytes[this.offset(address)] ?? 0;
  }

  /** A little-endian value of up to 4 bytes, or 8 of which the upper are 0 up to 2^53. */
  read(address: number, size: 1 | 2 | 4 | 8): number {
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.peek(address + i);
    return value;
  }

  write(address: number, size: 1 | 2 | 4 | 8, value: number): void {
    let rest = value;
    for (let i = 0; i < size; i++) {
      this.poke(address + i, rest % 256);
      rest = Math.floor(rest / 256);
    }
  }

  poke(address: number, value: number): void {
    const at = this.offset(address);
    if (!this.saved.has(at)) this.saved.set(at, this.bytes[at] ?? 0);
    this.bytes[at] = value;
  }

  /** Puts back all that was changed. */
  mend(): void {
    for (const [at, value] of this.saved) this.bytes[at] = value;
    this.saved.clear();
  }

  private offset(address: number): number {
    const { memory } = this.dump;
    const i = memory.find(BigInt(address));
    if (i < 0) throw new Error(`0x${address.toString(16)} is not in the dump`);
    return memory.fileOffset(i) + (address - Number(memory.start(i)));
  }
}
