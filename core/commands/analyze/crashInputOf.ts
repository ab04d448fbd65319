import { type CrashInput, type HeapFailureSummary } from '../../analysis/index.ts';
import { failureMeaning, findHeapFailure } from '../../analysis/heapFailure/index.ts';
import { loadDisassembler, type Disassembler } from '../../disasm/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { CriticalSection, MemoryRegion, ProcessView } from '../../process/index.ts';
import type { Machine, MachineKind } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { allSections, viewOf } from '../process/index.ts';
import { regionMap } from '../regions/index.ts';
import type { Session } from '../session.ts';

/** What the analysis works on, from a session that it does not change. */
export async function crashInputOf(call: Call, hang: boolean): Promise<CrashInput> {
  const { session } = call;
  const { target } = session;
  const disassemblers = new Map<MachineKind, Disassembler>();
  for (const machine of target.machines) {
    disassemblers.set(machine.kind, await loadDisassembler(machine));
  }
  // locks matter where threads are looked at: without an exception, or when asked
  const sections = hang || !target.exception ? await sectionsOf(call) : [];
  let regions: readonly MemoryRegion[] | undefined;
  return {
    target,
    symbols: session.symbols,
    thread: session.thread,
    machine: session.machine,
    frameLimit: session.frameLimit,
    view: (machine) => viewIfAny(session, machine),
    disassembler: (machine) => {
      const found = disassemblers.get(machine.kind);
      if (!found) throw new NotAvailable(`there is no disassembler for ${machine.kind}`);
      return found;
    },
    regions: () => (regions ??= orNone(() => regionMap(session).regions) ?? []),
    sections: () => sections,
    heapFailure: (machine) => heapFailure(session, machine),
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

async function sectionsOf(call: Call): Promise<readonly CriticalSection[]> {
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
