import { visible } from '../../core/protocol/index.ts';
import { messageOf } from '../client/messageOf.ts';
import type { Host } from '../client/host.ts';
import { droppedFiles } from './droppedFiles.ts';
import type { Dumps } from './useDumps.ts';

/** What a dump is called, or an archive with one. */
const DUMP = /\.(?:dmp|mdmp|hdmp|zip|cab|7z)$|(?<!\.(?:pdb|sym|exe|dll))\.gz$/i;
/** What symbols and images are called: there may be thousands, and none of them is looked into here. */
const SYMBOLS = /\.(?:pdb|sym|exe|dll|ocx|drv|cpl|scr|acm|ax|sys|tlb|mui|gz)$/i;
/** How a minidump begins. */
const SIGNATURE = 'MDMP';
/** Files of other names that are looked into. */
const MAX_UNNAMED = 100;

/** Opens the dumps of a drop; the other files go with them, else with the dump in front. */
export async function openDropped(
  transfer: DataTransfer,
  host: Host,
  { active, open, fail }: Dumps,
): Promise<void> {
  const files = await droppedFiles(transfer);
  const [first] = files;
  try {
    const found = await dumpsAmong(files);
    // with nothing open the engine says what the first file is instead
    const dumps = found.length === 0 && !active && first ? [first] : found;
    const symbols = files.filter((f) => !dumps.includes(f)).map((f) => host.fileOf(f));
    if (dumps.length === 0) await active?.addFiles(symbols);
    for (const dump of dumps) await open(host.dumpOf(dump), symbols);
  } catch (e) {
    fail({
      name: visible(first?.name ?? 'The file'),
      // of the system, with the file's own name in it
      reason: visible(messageOf(e)),
    });
  }
}

/** Those that are called like dumps, and those of other names that begin like one. */
async function dumpsAmong(files: readonly File[]): Promise<File[]> {
  const unnamed = files.filter((f) => !DUMP.test(f.name) && !SYMBOLS.test(f.name)).slice(0, MAX_UNNAMED);
  const isDump = await Promise.all(unnamed.map(beginsLikeOne));
  const more = new Set(unnamed.filter((_, i) => isDump[i]));
  return files.filter((f) => DUMP.test(f.name) || more.has(f));
}

async function beginsLikeOne(file: File): Promise<boolean> {
  return file
    .slice(0, SIGNATURE.length)
    .text()
    .then(
      (start) => start === SIGNATURE,
      // it cannot be read: it is none that could be opened
      () => false,
    );
}
