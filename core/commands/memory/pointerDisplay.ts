import { hexAddress } from '../../bytes/index.ts';
import { span, type Output, type Part } from '../../output/index.ts';
import { command, type Command } from '../command.ts';
import type { HeapNotes } from '../heap/index.ts';
import { HEAP_SWITCH, heapNotesFor } from '../heapSwitch.ts';
import { type Block, integerAt } from './block.ts';
import { numbersData, type NumbersModel, numbersModel, printNumbers } from './numberDisplays.ts';
import { pointerFormat, rowAddress } from './numberFormats.ts';
import { MAX_CELLS, pointerCells, pointerPart } from './pointerCells.ts';
import { shownRange } from './shownRange.ts';

interface PointersModel extends NumbersModel {
  /** with /h */
  readonly heap?: {
    readonly notes: HeapNotes;
    /** the pointers that lead into a block, rising by where they lie */
    readonly found: readonly { readonly address: bigint; readonly value: bigint }[];
    /** the range has more pointers than are looked up */
    readonly cut: boolean;
  };
}

/** dp: the notes of /h are looked up before, the rows are read when they are printed. */
export const pointerDisplay: Command = command<PointersModel>({
  name: 'dp',
  tier: 'A',
  summary: 'Shows memory as pointer-sized words.',
  syntax: ['dp [/c Columns] [/h] [Range]'],
  options: [{ flag: '/c Columns', meaning: 'numbers a row; with /h 1 unless given' }, HEAP_SWITCH],
  async run(call) {
    const size = call.session.machine.pointerSize;
    const format = pointerFormat(size);
    const range = shownRange(call, size, format.count, { pointers: true });
    if (!range.heapNotes) return numbersModel(call, format, range);
    const notes = await heapNotesFor(call);
    const found: { address: bigint; value: bigint }[] = [];
    for await (const { address, value } of pointerCells(call, range, size)) {
      if (value !== null && (await notes.look(value))) found.push({ address, value });
    }
    const cut = range.end - range.start > BigInt(MAX_CELLS * size);
    return {
      ...numbersModel(call, format, { ...range, columns: range.columns ?? 1 }),
      heap: { notes, found, cut },
    };
  },
  async print(model, out, call) {
    const { heap } = model;
    await printNumbers(
      model,
      out,
      call,
      heap ? (...row) => printNotedRow(model, heap.notes, ...row) : undefined,
    );
    if (heap?.cut) out.line(span(`*** /h looks at the first ${MAX_CELLS} pointers`, 'warning'));
    heap?.notes.print(out);
  },
  data(model) {
    const { heap } = model;
    if (!heap) return numbersData(model);
    const heapBlocks = heap.found.map(({ address, value }) => ({
      address: hexAddress(address),
      pointer: hexAddress(value),
      ...heap.notes.blockData(value),
    }));
    return { ...numbersData(model), heapBlocks, ...heap.notes.data() };
  },
});

/** Prints pointers as dps does, each with its note behind it. */
function printNotedRow(
  { pointerSize }: NumbersModel,
  notes: HeapNotes,
  block: Block,
  offset: number,
  length: number,
  out: Output,
): void {
  const parts: Part[] = [span(rowAddress(block.start + BigInt(offset), pointerSize), 'address'), ' '];
  for (let at = offset; at < offset + length; at += pointerSize) {
    const value = integerAt(block, at, pointerSize);
    parts.push(' ', pointerPart(value, pointerSize), ...notes.behind(value));
  }
  out.line(...parts);
}
