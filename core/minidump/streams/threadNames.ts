import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';
import { mapRecords, readCountedList } from './recordList.ts';

/** MINIDUMP_THREAD_NAME: a thread id and a 64-bit RVA, packed to 4 bytes. */
const NAME_SIZE = 12;

/** ThreadNamesStream: what SetThreadDescription set, by thread id. Threads without a name may be listed with none. */
export function readThreadNames(file: DumpFile, entry: DirectoryEntry): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  mapRecords(readCountedList(file, entry, NAME_SIZE), NAME_SIZE, (r, at) => {
    const id = r.u32(at);
    const name = file.string(Number(r.u64(at + 4)));
    if (name !== '' && !names.has(id)) names.set(id, name);
  });
  return names;
}
