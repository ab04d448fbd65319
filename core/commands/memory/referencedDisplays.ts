import { hexAddress } from '../../bytes/index.ts';
import { span, type Part } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { command, type Call, type Command, type Tier } from '../command.ts';
import type { HeapNotes } from '../heap/index.ts';
import { HEAP_SWITCH, heapNotesFor } from '../heapSwitch.ts';
import { integerAt, readBlock } from './block.ts';
import { rowAddress } from './numberFormats.ts';
import { pointerCells, pointerPart, pointerRange, sizeOf, type PointerCell } from './pointerCells.ts';
import { rememberShown } from './shownRange.ts';
import { symbolParts, symbolText, type SymbolText } from './symbolText.ts';
import { plainText, readText } from './textRows.ts';

/** Characters of a text that a pointer leads to. */
const TEXT_LIMIT = 0x100;

/** What a pointer leads to: a pointer-sized value with its symbol, or a text. */
interface ReferencedRow extends PointerCell {
  readonly referenced?: Address;
  readonly symbol?: SymbolText;
  readonly text?: string;
}

interface ReferencedModel {
  readonly start: bigint;
  readonly size: 4 | 8;
  readonly columns: number;
  readonly pointerSize: 4 | 8;
  readonly rows: readonly ReferencedRow[];
  readonly heap?: HeapNotes;
}

type Kind = 'p' | 'a' | 'u';
type Width = 'd' | 'q' | 'p';

function follow(call: Call, kind: Kind, value: Address): Omit<ReferencedRow, keyof PointerCell> {
  const { session } = call;
  const { memory } = session.target;
  if (kind !== 'p') {
    const size = kind === 'a' ? 1 : 2;
    const shown = readText(memory, {
      address: value,
      count: TEXT_LIMIT,
      columns: TEXT_LIMIT,
      size,
      stopAtNul: true,
    });
    return { text: plainText(shown) };
  }
  const { pointerSize } = session.machine;
  const referenced = integerAt(readBlock(memory, value, pointerSize), 0, pointerSize);
  if (referenced === null) return {};
  return { referenced, symbol: symbolText(session, referenced) };
}

function parts(row: ReferencedRow, { size, pointerSize, heap }: ReferencedModel): Part[] {
  const line: Part[] = [' ', pointerPart(row.value, size)];
  if (heap) line.push(...heap.behind(row.value));
  if (row.referenced !== undefined) line.push(' ', pointerPart(row.referenced, pointerSize));
  if (row.symbol) line.push(...symbolParts(row.symbol, row.referenced ?? 0n));
  if (heap) line.push(...heap.behind(row.referenced));
  if (row.text !== undefined) line.push(` "${row.text}"`);
  return line;
}

function referencedCommand(name: `d${Width}${Kind}`, tier: Tier): Command {
  const kind = name.charAt(2) as Kind;
  const what = { p: 'the values', a: 'the ANSI texts', u: 'the UTF-16 texts' }[kind];
  const words = { d: '32-bit pointers', q: '64-bit pointers', p: 'pointers' }[name.charAt(1) as Width];
  return command<ReferencedModel>({
    name,
    tier,
    summary: `Shows memory as ${words}, with ${what} they point to.`,
    syntax: [`${name} [/c Columns] [/h] [Range]`],
    options: [{ flag: '/c Columns', meaning: 'pointers a row; 1 unless given' }, HEAP_SWITCH],
    async run(call) {
      const size = sizeOf(name, call);
      const range = pointerRange(call, size);
      const heap = range.heapNotes ? await heapNotesFor(call) : undefined;
      const rows: ReferencedRow[] = [];
      for await (const cell of pointerCells(call, range, size)) {
        const row: ReferencedRow =
          cell.value === null ? cell : { ...cell, ...follow(call, kind, cell.value) };
        rows.push(row);
        for (const pointer of [row.value, row.referenced]) await heap?.look(pointer);
      }
      rememberShown(call.session, range.end, rows.at(-1)?.value);
      const { columns = 1, start } = range;
      return { start, size, columns, pointerSize: call.session.machine.pointerSize, rows, heap };
    },
    print(model, out) {
      const { rows, columns, pointerSize, heap } = model;
      for (let first = 0; first < rows.length; first += columns) {
        const row = rows.slice(first, first + columns);
        const address = span(rowAddress(row[0]?.address ?? 0n, pointerSize), 'address');
        out.line(address, ' ', ...row.flatMap((cell) => parts(cell, model)));
      }
      heap?.print(out);
    },
    data: ({ start, size, rows, heap }) => ({
      address: hexAddress(start),
      unit: size,
      rows: rows.map((row) => ({
        address: hexAddress(row.address),
        pointer: row.value === null ? null : hexAddress(row.value),
        value: row.referenced === undefined ? undefined : hexAddress(row.referenced),
        symbol: row.symbol?.name,
        source: row.symbol?.source && { ...row.symbol.source },
        text: row.text,
        heapBlock: heap?.blockData(row.value),
        valueHeapBlock: heap?.blockData(row.referenced),
      })),
      ...heap?.data(),
    }),
  });
}

/** dpp, dpa, dpu and their 32-bit and 64-bit forms. */
export const referencedDisplays: readonly Command[] = [
  referencedCommand('dpp', 'B'),
  referencedCommand('dpa', 'B'),
  referencedCommand('dpu', 'B'),
  referencedCommand('ddp', 'B'),
  referencedCommand('dda', 'B'),
  referencedCommand('ddu', 'B'),
  referencedCommand('dqp', 'C'),
  referencedCommand('dqa', 'C'),
  referencedCommand('dqu', 'C'),
];
