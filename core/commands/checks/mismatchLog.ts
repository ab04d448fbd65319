import { hexAddress, hexBytes } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import type { Module } from '../../target/index.ts';
import { outputFilesOf } from '../outputFiles.ts';
import type { Session } from '../session.ts';
import type { Difference } from './compareImage.ts';

/** What each letter of LogOptions stands for (-chkimg.md): address, RVA, symbol, section, expected and found bytes. */
const COLUMNS = /^[vrsSewo]+(?:t\S*)?$/;

/** Checks LogOptions: letters of columns, `o` to overwrite, and a text behind `t` that ends it. */
export function logColumns(text: string): string {
  if (COLUMNS.test(text) && /[vrsSew]/.test(text.replace(/t.*$/, ''))) return text;
  throw new UsageError(`!chkimg -mmw takes columns of v r s S e w, o and tTEXT, not '${text}'`);
}

/** Writes a line for each difference: what the letters say, between commas. Without `o` the file grows. */
export function writeMismatches(
  session: Session,
  module: Module,
  differences: readonly Difference[],
  { path, columns }: { readonly path: string; readonly columns: string },
): void {
  const at = columns.indexOf('t');
  const letters = at < 0 ? columns : columns.slice(0, at);
  const mark = at < 0 ? [] : [columns.slice(at + 1)];
  const file = outputFilesOf(session).open(path, { append: !letters.includes('o') });
  const lines = differences.map((difference) => {
    const cells = [...letters].flatMap((letter) => cellOf(session, module, difference, letter));
    return `${[...cells, ...mark].join(',')}\n`;
  });
  file.write(new TextEncoder().encode(lines.join('')));
  file.close();
}

function cellOf(
  session: Session,
  module: Module,
  { start, expected, actual }: Difference,
  letter: string,
): string[] {
  const rva = Number(start - module.base);
  switch (letter) {
    case 'v':
      return [hexAddress(start)];
    case 'r':
      return [hexAddress(rva)];
    case 's':
      return [session.symbols.describe(start) ?? ''];
    case 'S': {
      const section = module.image?.sections.find(
        ({ virtualAddress, virtualSize }) => rva >= virtualAddress && rva < virtualAddress + virtualSize,
      );
      return [section?.name ?? ''];
    }
    case 'e':
      return [hexBytes(expected)];
    case 'w':
      return [hexBytes(actual)];
    default:
      return [];
  }
}
