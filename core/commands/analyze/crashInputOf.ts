import { type CrashInput, type HeapFailureSummary } from '../../analysis/index.ts';
import { failureMeaning, findHeapFailure } from '../../analysis/heapFailure/index.ts';
import { loadDisassembler, type Disassembler } from '../../disasm/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { CriticalSection, MemoryRegion, ProcessView } from '../../process/index.ts';
import type { Machine, MachineKind } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { perModuleList } from '../perModuleList.ts';
import { allSections, viewOf } from '../process/index.ts';
import { regionMap } from '../regions/index.ts';
import type { Session } from '../session.ts';

/** What the analysis works on, from a session that it does not change. */
export async function crashInputOf(call: Call, hang: boolean): Promise<CrashInput> {
  const { session } = call;
  // as they are now: while this waits the person may go elsewhere
  const { target, thread, machine, frameLimit } = session;
  const disassemblers = new Map<MachineKind, Disassembler>();
  for (const view of target.machines) {
    disassemblers.set(view.kind, await loadDisassembler(view));
  }
  // locks matter where threads are looked at: without an exception, or when asked
  const sections = hang || !target.exception ? await sectionsOf(call) : [];
  let regions: readonly MemoryRegion[] | undefined;
  return {
    target,
    symbols: session.symbols,
    thread,
    machine,
    frameLimit,
    view: (wanted) => viewIfAny(session, wanted),
    disassembler: ({ kind }) => {
      const found = disassemblers.get(kind);
      if (!found) throw new NotAvailable(`there is no disassembler for ${kind}`);
      return found;
    },
    regions: () => (regions ??= orNone(() => regionMap(session).regions) ?? []),
    sections: () => sections,
    heapFailure: (wanted) => heapFailure(session, wanted),
  };
}

function viewIfAny(session: Session, machine: Machine): ProcessView | undefined {
  return orNone(() => viewOf(session, machine));
}

function heapFailure(session: Session, machine: Machine): HeapFailureSummary | undefined {
  const view = viewIfAny(session, machine);
  const found = view && orNone(() => findHeapFailure(view, session.symbols));
  return (
    found && {
      typeName: found.typeName,
      meaning: found.typeName === undefined ? undefined : failureMeaning(found.typeName),
      heap: found.heap,
      address: found.address,
      record: found.record,
      stack: found.stack,
    }
  );
}

/** Where a process keeps no list of them (Wine), all memory is read to find them: once. */
const keptSections = perModuleList((): { finding?: Promise<readonly CriticalSection[]> } => ({}));

/** The critical sections that can be found; none where the dump does not say. */
export async function sectionsOf(call: Call): Promise<readonly CriticalSection[]> {
  const kept = keptSections(call.session);
  // where the request that was looking has been stopped, this one looks
  const known = await kept.finding?.catch(() => undefined);
  return known ?? (kept.finding = findSections(call));
}

async function findSections(call: Call): Promise<readonly CriticalSection[]> {
  try {
    const { sections } = await allSections(call);
    return sections.flatMap(({ section }) => (section ? [section] : []));
  } catch (e) {
    if (e instanceof NotAvailable) return [];
    throw e;
  }
}

/** What a dump does not have is no reason to stop. */
function orNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
}
