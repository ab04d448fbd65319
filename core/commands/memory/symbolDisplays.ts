import { hexAddress } from '../../bytes/index.ts';
import { span, type Part } from '../../output/index.ts';
import { command, type Command, type Tier } from '../command.ts';
import type { HeapNotes } from '../heap/index.ts';
import { HEAP_SWITCH, heapNotesFor } from '../heapSwitch.ts';
import { rowAddress } from './numberFormats.ts';
import { pointerCells, pointerPart, pointerRange, sizeOf, type PointerCell } from './pointerCells.ts';
import { rememberShown } from './shownRange.ts';
import { symbolParts, symbolText, type SymbolText } from './symbolText.ts';

interface SymbolRow extends PointerCell {
  readonly symbol?: SymbolText;
}

interface SymbolsModel {
  readonly start: bigint;
  readonly size: 4 | 8;
  readonly columns: number;
  readonly pointerSize: 4 | 8;
  readonly rows: readonly SymbolRow[];
  readonly heap?: HeapNotes;
}

function symbolsCommand(name: `d${'p' | 'd' | 'q'}s`, tier: Tier, words: string): Command {
  return command<SymbolsModel>({
    name,
    tier,
    summary: `Shows memory as ${words} with the symbols they point to.`,
    syntax: [`${name} [/c Columns] [/h] [Range]`],
    options: [{ flag: '/c Columns', meaning: 'words a row; 1 unless given' }, HEAP_SWITCH],
    async run(call) {
      const { session } = call;
      const size = sizeOf(name, call);
      const range = pointerRange(call, size);
      const heap = range.heapNotes ? await heapNotesFor(call) : undefined;
      const rows: SymbolRow[] = [];
      for await (const cell of pointerCells(call, range, size)) {
        rows.push({ ...cell, symbol: cell.value === null ? undefined : symbolText(session, cell.value) });
        await heap?.look(cell.value);
      }
      rememberShown(session, range.end, rows.at(-1)?.value);
      const { columns = 1, start } = range;
      return { start, size, columns, pointerSize: session.machine.pointerSize, rows, heap };
    },
    print({ rows, size, columns, pointerSize, heap }, out) {
      for (let first = 0; first < rows.length; first += columns) {
        const row = rows.slice(first, first + columns);
        const parts: Part[] = [span(rowAddress(row[0]?.address ?? 0n, pointerSize), 'address'), ' '];
        for (const { value, symbol } of row) {
          parts.push(' ', pointerPart(value, size));
          if (symbol && value !== null) parts.push(...symbolParts(symbol, value));
          if (heap) parts.push(...heap.behind(value));
        }
        out.line(...parts);
      }
      heap?.print(out);
    },
    data: ({ start, size, rows, heap }) => ({
      address: hexAddress(start),
      unit: size,
      rows: rows.map(({ address, value, symbol }) => ({
        address: hexAddress(address),
        value: value === null ? null : hexAddress(value),
        symbol: symbol?.name,
        source: symbol?.source && { ...symbol.source },
        heapBlock: heap?.blockData(value),
      })),
      ...heap?.data(),
    }),
  });
}

/** dps, dds, dqs. */
export const symbolDisplays: readonly Command[] = [
  symbolsCommand('dps', 'A', 'pointer-sized words'),
  symbolsCommand('dds', 'B', '32-bit words'),
  symbolsCommand('dqs', 'B', '64-bit words'),
];
