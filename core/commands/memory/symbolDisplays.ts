import { hexAddress } from '../../bytes/index.ts';
import { span, type Part } from '../../output/index.ts';
import { command, type Command, type Tier } from '../command.ts';
import { rowAddress } from './numberFormats.ts';
import { pointerCells, pointerRange, pointerText, sizeOf, type PointerCell } from './pointerCells.ts';
import { rememberShown } from './shownRange.ts';
import { sourceText, symbolText, type SymbolText } from './symbolText.ts';

interface SymbolRow extends PointerCell {
  readonly symbol?: SymbolText;
}

interface SymbolsModel {
  readonly start: bigint;
  readonly size: 4 | 8;
  readonly columns: number;
  readonly pointerSize: 4 | 8;
  readonly rows: readonly SymbolRow[];
}

function symbolsCommand(name: string, tier: Tier, words: string): Command {
  return command<SymbolsModel>({
    name,
    tier,
    summary: `Shows memory as ${words} with the symbols they point to.`,
    syntax: [`${name} [/c Columns] [Range]`],
    options: [{ flag: '/c Columns', meaning: 'words a row; 1 unless given' }],
    async run(call) {
      const { session } = call;
      const size = sizeOf(name, call);
      const range = pointerRange(call, size);
      const rows: SymbolRow[] = [];
      for await (const cell of pointerCells(call, range, size)) {
        rows.push({ ...cell, symbol: cell.value === null ? undefined : symbolText(session, cell.value) });
      }
      rememberShown(session, range.end, rows.at(-1)?.value);
      const { columns = 1, start } = range;
      return { start, size, columns, pointerSize: session.machine.pointerSize, rows };
    },
    print({ rows, size, columns, pointerSize }, out) {
      for (let first = 0; first < rows.length; first += columns) {
        const row = rows.slice(first, first + columns);
        const parts: Part[] = [span(rowAddress(row[0]?.address ?? 0n, pointerSize), 'address'), ' '];
        for (const { value, symbol } of row) {
          parts.push(' ', span(pointerText(value, size), value === null ? 'missing' : 'address'));
          if (symbol) parts.push(' ', span(symbol.name, 'symbol'), sourceText(symbol));
        }
        out.line(...parts);
      }
    },
    data: ({ start, size, rows }) => ({
      address: hexAddress(start),
      unit: size,
      rows: rows.map(({ address, value, symbol }) => ({
        address: hexAddress(address),
        value: value === null ? null : hexAddress(value),
        symbol: symbol?.name,
        source: symbol?.source && { ...symbol.source },
      })),
    }),
  });
}

/** dps, dds, dqs. */
export const symbolDisplays: readonly Command[] = [
  symbolsCommand('dps', 'A', 'pointer-sized words'),
  symbolsCommand('dds', 'B', '32-bit words'),
  symbolsCommand('dqs', 'B', '64-bit words'),
];
