import { visible } from '../../core/protocol/index.ts';
import type { Host } from '../client/host.ts';
import { droppedFiles } from './droppedFiles.ts';
import type { Dumps } from './useDumps.ts';

/** What a dump is called; everything else that is dropped may be symbols. */
const DUMP = /\.(?:dmp|mdmp|hdmp)(?:\.gz)?$|\.gz$/i;

/** Opens the dumps of a drop; the other files go with them, else with the dump in front. */
export async function openDropped(
  transfer: DataTransfer,
  host: Host,
  { active, open, fail }: Dumps,
): Promise<void> {
  const files = await droppedFiles(transfer);
  const named = files.filter((f) => DUMP.test(f.name));
  // with nothing open it may be a dump of another name: its bytes decide
  const dumps = named.length === 0 && !active ? files.slice(0, 1) : named;
  const others = files.filter((f) => !dumps.includes(f));
  try {
    const symbols = others.map((f) => host.fileOf(f));
    if (dumps.length === 0) await active?.addFiles(symbols);
    for (const dump of dumps) await open(host.dumpOf(dump), symbols);
  } catch (e) {
    fail({
      name: visible(files[0]?.name ?? 'The file'),
      reason: e instanceof Error ? e.message : String(e),
    });
  }
}
