import {
  exceptionName,
  frameLabel,
  threadStates,
  type NamedFrame,
  type ThreadState,
  type WaitInput,
} from '../../analysis/index.ts';
import { sectionsOf } from '../../commands/analyze/index.ts';
import type { Session } from '../../commands/index.ts';
import type { Params, ThreadRowModel, ThreadStateModel } from '../../protocol/index.ts';
import { withoutLoading } from '../../symbols/index.ts';
import type { Machine, Thread } from '../../target/index.ts';
import { asCommandCall, type PaneCall } from '../paneCall.ts';

/** All threads, each with where it is. Symbols that are not loaded yet are not asked for: a list must not load. */
export async function threadsPane({ session, pace }: PaneCall): Promise<ThreadRowModel[]> {
  const rows: ThreadRowModel[] = [];
  const { threads, exception, modules } = session.target;
  const symbols = withoutLoading(modules, session.symbols, { exports: false });
  for (const thread of threads) {
    const ip = thread.context(machineOf(session, thread))?.ip;
    rows.push({
      index: thread.index,
      id: thread.id,
      name: thread.name,
      teb: thread.teb,
      suspendCount: thread.suspendCount,
      priority: thread.priority,
      current: thread === session.thread,
      event: thread.id === exception?.threadId,
      place:
        ip === undefined
          ? 'no registers in the dump'
          : (symbols.describe(ip) ?? `0x${ip.toString(16)}, in no module`),
    });
    if (pace.due()) await pace.rest({ done: rows.length, total: threads.length, what: 'threads' });
  }
  return rows;
}

/** The view in effect where the thread has registers of it, else the process' own. */
function machineOf({ machine, target }: Session, thread: Thread): Machine {
  return thread.context(machine) ? machine : target.system.machine;
}

/** What threads do: each one's stack is walked with the symbols that are loaded. */
export async function threadStatesPane(
  call: PaneCall,
  { threads: wanted }: Params<'threadStates'>,
): Promise<ThreadStateModel[]> {
  const { session, pace } = call;
  const { target } = session;
  const sections = await sectionsOf(asCommandCall(call));
  const symbols = withoutLoading(target.modules, session.symbols);
  const input = { target, symbols, sections: () => sections };
  const stateIn = new Map<Machine, ReturnType<typeof threadStates>>();
  const states: ThreadStateModel[] = [];
  for (const index of wanted) {
    const thread = target.threads[index];
    if (!thread) continue;
    const view = machineOf(session, thread);
    let stateOf = stateIn.get(view);
    if (!stateOf) stateIn.set(view, (stateOf = threadStates(input, view)));
    // the thread's own registers are where the dump was written
    const atFault = target.exception?.threadId === thread.id ? target.exception.context : undefined;
    states.push(stateModel(input, thread, stateOf(thread, atFault)));
    if (pace.due()) await pace.rest({ done: states.length, total: wanted.length, what: 'threads' });
  }
  return states;
}

function stateModel(input: WaitInput, thread: Thread, state: ThreadState): ThreadStateModel {
  const { wait, top, own } = state;
  const { exception } = input.target;
  const base = { index: thread.index, own: own && ownModel(input, own) };
  if (exception?.threadId === thread.id)
    return { ...base, kind: 'faulted', text: faultText(exception.record.code) };
  if (wait?.isSuspended)
    return {
      ...base,
      kind: 'suspended',
      text: `suspended ${thread.suspendCount ?? 0}×`,
      evidence: wait.evidence,
    };
  if (wait) {
    const what =
      wait.section === undefined
        ? (wait.objects ?? wait.reason)
        : `${lockText(input, wait.section)}, owned by ${ownerText(wait.owner)}`;
    return {
      ...base,
      kind: wait.idle ? 'idle' : wait.section === undefined ? 'waits' : 'blocked',
      text: `waits for ${what}`,
      evidence: `${wait.reason}; ${wait.evidence}`,
    };
  }
  if (!top) return { ...base, kind: 'unknown', text: 'no registers in the dump' };
  return { ...base, kind: 'runs', text: top === own ? 'in its own code' : `in ${placeText(top)}` };
}

/** An export that lies near names another function: the place says more then. */
function ownModel({ target }: WaitInput, own: NamedFrame): ThreadStateModel['own'] {
  const known = own.isExport ? undefined : own.function;
  const place = moduleOffset(target, own.frame.instruction);
  return {
    name: known ?? place,
    text: known === undefined ? place : frameLabel(own),
    frame: own.frame.index,
    source: own.source,
  };
}

function faultText(code: number): string {
  const digits = (code >>> 0).toString(16).padStart(8, '0');
  const name = exceptionName(code);
  return name === undefined ? `exception ${digits}` : `${name} (${digits})`;
}

function ownerText(owner: Thread | undefined): string {
  if (!owner) return 'a thread that the dump does not have';
  return owner.name === undefined ? String(owner.index) : `${owner.index} (${owner.name})`;
}

/** `NtWaitForSingleObject`, `ntdll+0xc51c`, `0x2370000, in no module`. */
function placeText(top: NamedFrame): string {
  if (!top.module) return `0x${top.frame.instruction.toString(16)}, in no module`;
  return top.function !== undefined && SERVICE.test(top.function) ? top.function : frameLabel(top);
}

/** What a system service is called: an export of exactly that code. */
const SERVICE = /^(Nt|Zw)[A-Z]/;

/** `g_cs`: what a lock is called without its module, which is the same for most. */
function lockText({ symbols, target }: WaitInput, address: bigint): string {
  const found = symbols.nearest(address);
  if (!found || symbols.of(found.module)?.status === 'export')
    return `critical section ${moduleOffset(target, address)}`;
  return `${found.symbol.name}${found.displacement === 0n ? '' : `+${hex(found.displacement)}`}`;
}

function moduleOffset({ modules }: WaitInput['target'], address: bigint): string {
  const module = modules.find(address);
  return module ? `${module.name}+${hex(address - module.base)}` : hex(address);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
