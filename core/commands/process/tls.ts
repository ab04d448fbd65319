import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatFlat, type Part, span, flatPointer } from '../../output/index.ts';
import {
  EXPANSION_SLOTS,
  type Field,
  type ProcessView,
  readStaticTls,
  readTeb,
  readTlsSlot,
  readTlsSlots,
  type StaticTls,
  TEB_SLOTS,
  type TlsSlot,
} from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import type { Session } from '../session.ts';
import { addressOf, hexField, viewOf } from './views.ts';

/** The slots of one thread that were asked for. */
interface ThreadTls {
  /** `c08.f54`; the TEB's address where the ids are not in the dump */
  readonly title: string;
  readonly teb: Address;
  readonly slots: readonly TlsSlot[];
  readonly modules: readonly StaticTls[];
}

interface Model {
  readonly all: boolean;
  readonly threads: readonly ThreadTls[];
  readonly width: 4 | 8;
}

export const tls = command<Model>({
  name: '!tls',
  tier: 'A',
  syntax: ['!tls Slot [TEB]'],
  summary: "Shows a TLS slot, or with -1 all that are allocated, and the modules' thread-local variables.",
  options: [
    { flag: 'Slot', meaning: '-1 for all, or 0 to 1087' },
    { flag: 'TEB', meaning: '0 for all threads, or the address of a TEB; without it the current thread' },
  ],
  run,
  print: ({ all, threads, width }, out) => {
    const value = (v: bigint | null): Part =>
      v === null ? span('<unreadable>', 'missing') : flatPointer(v, width);
    for (const thread of threads) {
      if (all) out.line(`TLS slots on thread: ${thread.title}`);
      for (const slot of thread.slots) {
        if (all) out.line(`0x${slot.index.toString(16).padStart(4, '0')} : `, value(slot.value));
        else out.line(`${thread.title}: `, value(slot.value));
      }
      if (!all || thread.modules.length === 0) continue;
      out.line('Thread-local variables of modules (index, address, size):');
      for (const { module, index, block, size } of thread.modules) {
        out.line(
          `0x${index.toString(16).padStart(4, '0')} : `,
          value(block),
          ` ${size.toString(16)} ${module.name}`,
        );
      }
    }
  },
  data: ({ threads }) => ({
    threads: threads.map(({ teb, slots, modules }) => ({
      teb: hexField(teb),
      slots: slots.map(({ index, value }) => ({ index, value: hexField(value) })),
      modules: modules.map(({ module, index, block, size }) => ({
        module: module.name,
        index,
        address: hexField(block),
        size,
      })),
    })),
  }),
});

function run({ session, args }: Call): Model {
  const [slotText, tebText, ...rest] = args.split(/\s+/).filter((word) => word !== '');
  if (slotText === undefined || rest.length > 0) {
    throw new UsageError('!tls Slot [TEB]: Slot is -1 for all slots or 0 to 0n1087; TEB 0 means all threads');
  }
  const slot = BigInt.asIntN(32, session.evaluator.evaluate(slotText));
  if (slot < -1n || slot >= BigInt(TEB_SLOTS + EXPANSION_SLOTS)) {
    throw new UsageError(`There is no TLS slot ${slotText}: slots are -1 (all) and 0 to 0n1087`);
  }
  const view = viewOf(session);
  const peb = session.target.peb(view.machine);
  const models = tebs(session, view, tebText).map((address) => readTeb(view, address));
  const inDump = models.filter((model) => model.inDump);
  if (inDump.length === 0) throw new NotAvailable('The dump does not hold the TEB, where the slots are');
  const threads = inDump.map((model): ThreadTls => {
    const { address } = model;
    const { UniqueProcess: process, UniqueThread: thread } = model.ClientId;
    const slots: TlsSlot[] =
      slot === -1n
        ? readTlsSlots(view, model, peb)
        : [{ index: Number(slot), value: readTlsSlot(view, model, Number(slot)) }];
    return {
      title: ids(process, thread) ?? formatFlat(address, view.machine.pointerSize),
      teb: address,
      slots,
      modules: slot === -1n ? readStaticTls(view, model) : [],
    };
  });
  return { all: slot === -1n, threads, width: view.machine.pointerSize };
}

function tebs(session: Session, view: ProcessView, text: string | undefined): Address[] {
  const { machine } = view;
  if (text === undefined) {
    const teb = session.thread?.tebFor(machine);
    if (!teb) throw new NotAvailable('The dump does not say where the TEB of this thread is');
    return [teb];
  }
  const address = addressOf(session, text);
  if (address !== 0n) return [address];
  return session.target.threads.map((t) => t.tebFor(machine)).filter((teb) => teb !== undefined);
}

function ids(process: Field, thread: Field): string | undefined {
  if (typeof process !== 'bigint' || typeof thread !== 'bigint') return undefined;
  return `${process.toString(16)}.${thread.toString(16)}`;
}
