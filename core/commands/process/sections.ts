import { NotAvailable } from '../../errors/index.ts';
import {
  findCriticalSections,
  findUnlinkedSections,
  type ListedSection,
  listCriticalSections,
  type ProcessView,
  readCriticalSection,
  readListedSection,
  readPeb,
} from '../../process/index.ts';
import type { Address, AddressRange } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { pebAddress, viewOf } from './views.ts';

/** All critical sections that can be found, and what to say of the search. */
export interface FoundSections {
  readonly sections: readonly ListedSection[];
  /** why there may be more */
  readonly note?: string;
}

/** User addresses end below this on every 64-bit Windows. */
const USER_SPACE: AddressRange = { start: 0x10000n, end: 1n << 47n };
/** Sections are read one by one; between so many the host may breathe. */
const CHUNK = 256;

/**
 * The process' critical sections: from ntdll's list, or where there is none (Wine), from memory. Long in a process with
 * very many, so it rests.
 */
export async function allSections({ session, pace }: Call): Promise<FoundSections> {
  const view = viewOf(session);
  const { LoaderLock } = readPeb(view, pebAddress(view));
  const list = LoaderLock ? listCriticalSections(view, LoaderLock) : undefined;
  if (!list) {
    throw new NotAvailable(
      "The dump does not hold the list of critical sections, which begins in ntdll's data: !cs takes an address",
    );
  }
  if (list.unlinked) {
    const addresses = await scan(findUnlinkedSections(view, USER_SPACE), pace);
    const sections = addresses.map((address) => listed(view, address));
    return { sections, note: 'This process keeps no list of its critical sections (Wine): found in memory' };
  }
  const sections: ListedSection[] = [];
  for (const debugInfo of list.debugInfos) {
    sections.push(readListedSection(view, debugInfo));
    if (sections.length % CHUNK === 0 && pace.due()) {
      await pace.rest({ done: sections.length, total: list.debugInfos.length, what: 'critical sections' });
    }
  }
  const note =
    list.end === 'complete'
      ? undefined
      : `The list of critical sections cannot be followed to its end (${list.end})`;
  return { sections, note };
}

/** The critical sections with debug information that lie in a range. */
export async function sectionsIn({ session, pace }: Call, range: AddressRange): Promise<FoundSections> {
  const view = viewOf(session);
  const addresses = await scan(findCriticalSections(view, range), pace);
  return { sections: addresses.map((address) => listed(view, address)) };
}

/** The section at an address, as the list would give it. */
export function listed(view: ProcessView, address: Address): ListedSection {
  const section = readCriticalSection(view, address);
  return { debugInfo: section.DebugInfo ?? 0n, section, orphaned: section.orphaned };
}

async function scan(
  windows: ReturnType<typeof findCriticalSections>,
  pace: Call['pace'],
): Promise<Address[]> {
  const addresses: Address[] = [];
  for (const { found } of windows) {
    addresses.push(...found);
    if (pace.due()) await pace.rest({ done: addresses.length, what: 'critical sections' });
  }
  return addresses;
}
