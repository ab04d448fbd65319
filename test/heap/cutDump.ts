import { readFileSync } from 'node:fs';
import { BufferSource } from '../../core/bytes/index.ts';
import { type HeapSet, openHeaps } from '../../core/heap/index.ts';
import { type MemoryContent, Minidump, writeMinidump } from '../../core/minidump/index.ts';
import type { AddressRange } from '../../core/target/index.ts';
import { openTarget } from '../../core/target/index.ts';
import { corpusFile } from '../corpus.ts';
import { viewsOf } from '../process/openCase.ts';

/**
 * A corpus dump written anew without some of its memory, as a dump that was not asked for all of it (MINIDUMP_TYPE 0):
 * what small and triage dumps hold of a heap.
 */
function cutDump(path: string, dropped: readonly AddressRange[]): Minidump {
  const { systemInfo, threads, modules, memoryInfos, memory, source } = Minidump.open(
    new BufferSource(readFileSync(corpusFile(path)), path),
  );
  const kept: MemoryContent[] = [];
  for (let i = 0; i < memory.count; i++) {
    let start = memory.start(i);
    const end = memory.end(i);
    const take = (to: bigint): void => {
      if (to <= start) return;
      const offset = memory.fileOffset(i) + Number(start - memory.start(i));
      kept.push({ start, size: Number(to - start), bytes: source.read(offset, Number(to - start)) });
    };
    for (const hole of dropped) {
      if (hole.end <= start || hole.start >= end) continue;
      take(hole.start);
      start = hole.end < end ? hole.end : end;
    }
    take(end);
  }
  const bytes = writeMinidump({
    flags: 0n,
    systemInfo: systemInfo && { ...systemInfo, cpu: undefined },
    threads: threads.map(({ id, teb }) => ({ id, teb })),
    modules,
    memoryInfos: [...memoryInfos],
    memory: kept,
    memoryForm: 'list64',
  });
  return Minidump.open(new BufferSource(bytes, `${path} without some of its memory`));
}

/** The heaps of such a dump. */
export async function heapsOfCut(path: string, dropped: readonly AddressRange[]): Promise<HeapSet> {
  return openHeaps({ views: await viewsOf(openTarget(cutDump(path, dropped))) });
}
