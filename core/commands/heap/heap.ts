import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import type { FoundBlock, HeapReference, HeapSnapshot, HeapSummary } from '../../heap/index.ts';
import { formatFlat, type Output } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import { blockData, snapshotData, summaryData } from './heapData.ts';
import { heapsOf } from './heapsOf.ts';

type HeapModel =
  | { readonly form: 'summary'; readonly rows: readonly SummaryRow[] }
  | { readonly form: 'blocks'; readonly snapshot: HeapSnapshot }
  | { readonly form: 'find'; readonly address: Address; readonly found: FoundBlock | undefined };

interface SummaryRow {
  readonly reference: HeapReference;
  readonly summary?: HeapSummary;
  /** why there is no summary */
  readonly problem?: string;
}

export const heap = command<HeapModel>({
  name: '!heap',
  tier: 'A',
  syntax: ['!heap -s', '!heap -h HEAP', '!heap -a HEAP', '!heap -x ADDRESS'],
  summary: 'Shows heaps and their blocks.',
  async run(call) {
    const [option = '-s', ...rest] = call.args.split(/\s+/).filter((word) => word !== '');
    switch (option) {
      case '-s':
        return { form: 'summary', rows: await summaries(call) };
      case '-h':
      case '-a':
        return { form: 'blocks', snapshot: await snapshot(call, addressOf(call, rest.join(' '))) };
      case '-x': {
        const address = addressOf(call, rest.join(' '));
        return { form: 'find', address, found: await heapsOf(call.session).find(address, call.pace) };
      }
      default:
        throw new UsageError(`!heap has no option ${option}`);
    }
  },
  print: printModel,
  data(model) {
    switch (model.form) {
      case 'summary':
        return { heaps: model.rows.map((row) => summaryData(row.reference, row.summary)) };
      case 'blocks':
        return snapshotData(model.snapshot);
      case 'find': {
        const { address, found } = model;
        const heapAddress = found ? hexAddress(found.snapshot.reference.address) : null;
        const block = found && blockData(found.snapshot.blocks.at(found.index));
        return { address: hexAddress(address), heap: heapAddress, block };
      }
    }
  },
});

function addressOf({ session }: Call, text: string): Address {
  if (text === '') throw new UsageError('which address?');
  return toAddress(session.evaluator.evaluate(text), session.machine.pointerSize);
}

async function summaries({ session, pace }: Call): Promise<SummaryRow[]> {
  const heaps = heapsOf(session);
  const rows: SummaryRow[] = [];
  for (const [i, reference] of heaps.heaps.entries()) {
    try {
      rows.push({ reference, summary: await heaps.summary(i, pace) });
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      rows.push({ reference, problem: e.message });
    }
  }
  return rows;
}

async function snapshot({ session, pace }: Call, address: Address): Promise<HeapSnapshot> {
  const heaps = heapsOf(session);
  const i = heaps.indexOf(address);
  if (i < 0) throw new NotAvailable(`no heap has the handle ${hexAddress(address)}`);
  return heaps.snapshot(i, pace);
}

function printModel(model: HeapModel, out: Output, { session }: Call): void {
  const flat = (address: Address): string => formatFlat(address, session.machine.pointerSize);
  switch (model.form) {
    case 'summary':
      for (const { reference, summary, problem } of model.rows) {
        const kind = reference.kind ?? '?';
        const rest = summary
          ? `${summary.flags.toString(16).padStart(8, '0')} ${summary.busyBlocks} busy, ${summary.freeBlocks} free, ${summary.errors} errors`
          : (problem ?? '');
        out.line(`${flat(reference.address)} ${kind.padEnd(8)} ${rest}`);
      }
      return;
    case 'blocks': {
      const { blocks, findings } = model.snapshot;
      for (let i = 0; i < blocks.length; i++) {
        const userSize = blocks.userSize(i);
        const user = userSize === undefined ? '' : ` (${userSize.toString(16)})`;
        const size = blocks.size(i).toString(16).padStart(5, '0');
        out.line(`${flat(blocks.entry(i))}: ${size} ${blocks.part(i)} ${blocks.state(i)}${user}`);
      }
      for (const { address, problem } of findings) out.line(`${flat(address)}: ${problem}`);
      return;
    }
    case 'find': {
      const block = model.found?.snapshot.blocks.at(model.found.index);
      if (!block || !model.found) {
        out.line(`${flat(model.address)} is in no block of a heap`);
        return;
      }
      const heapAddress = flat(model.found.snapshot.reference.address);
      out.line(`${flat(block.entry)} ${heapAddress} ${block.size.toString(16)} ${block.part} ${block.state}`);
    }
  }
}
