/** The streams about threads, as minidumpapiset.h lays them out (packed to 4 bytes). */
import type { ThreadDescription, ThreadInfoDescription } from './description.ts';
import { RecordWriter, type FileLayout } from './fileLayout.ts';

/** MINIDUMP_THREAD_LIST. `locate` gives the RVA of a stack's bytes, 0 where the file lays memory elsewhere. */
export function threadListStream(
  layout: FileLayout,
  threads: readonly ThreadDescription[],
  locate: (start: bigint, size: number) => number,
): Uint8Array {
  const w = new RecordWriter(4 + threads.length * 48).u32(threads.length);
  for (const t of threads) {
    const context = t.context ?? new Uint8Array(0);
    w.u32(t.id)
      .u32(t.suspendCount ?? 0)
      .u32(t.priorityClass ?? 0x20)
      .u32(t.priority ?? 0)
      .u64(t.teb ?? 0n)
      .u64(t.stack?.start ?? 0n)
      .u32(t.stack?.size ?? 0)
      .u32(t.stack ? locate(t.stack.start, t.stack.size) : 0)
      .u32(context.length)
      .u32(context.length > 0 ? layout.place(context) : 0);
  }
  return w.bytes;
}

/** MINIDUMP_THREAD_INFO_LIST. */
export function threadInfoStream(infos: readonly ThreadInfoDescription[]): Uint8Array {
  const w = new RecordWriter(12 + infos.length * 64).u32(12).u32(64).u32(infos.length);
  for (const t of infos) {
    w.u32(t.id)
      .u32(t.dumpFlags ?? 0)
      .u32(t.dumpError ?? 0)
      .u32(t.exitStatus ?? 0x103)
      .u64(t.createTime ?? 0n)
      .u64(t.exitTime ?? 0n)
      .u64(t.kernelTime ?? 0n)
      .u64(t.userTime ?? 0n)
      .u64(t.startAddress ?? 0n)
      .u64(t.affinity ?? 0n);
  }
  return w.bytes;
}

/** MINIDUMP_THREAD_NAME_LIST. */
export function threadNamesStream(layout: FileLayout, names: ReadonlyMap<number, string>): Uint8Array {
  const w = new RecordWriter(4 + names.size * 12).u32(names.size);
  for (const [id, name] of names) w.u32(id).u64(layout.placeString(name));
  return w.bytes;
}
