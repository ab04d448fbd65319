import { hex } from '../../bytes/index.ts';
import { formatTimestamp } from '../../output/index.ts';
import type { ImportedDll, PeImage } from '../../pe/index.ts';

/** Exports in DUMPBIN's columns, which people know: ordinal, hint, RVA, name. */
export function exportLines(image: PeImage): string[] {
  const table = image.exports();
  if (table.entries.length === 0) return ['no exports'];
  // the hint is the place in the table of names, which linkers sort by name
  const hints = new Map(
    table.entries
      .flatMap((e) => (e.name === undefined ? [] : [e.name]))
      .sort(byCode)
      .map((name, i) => [name, i]),
  );
  return [
    `Exports of ${table.dllName ?? '(name not in the dump)'}`,
    '',
    `${upper(table.timestamp)} time date stamp ${formatTimestamp(table.timestamp)}`,
    `${String(table.ordinalBase).padStart(8)} ordinal base`,
    `${String(new Set(table.entries.map((e) => e.ordinal)).size).padStart(8)} number of functions`,
    `${String(hints.size).padStart(8)} number of names`,
    '',
    ' ordinal hint RVA      name',
    '',
    ...table.entries.map((e) => {
      const hint = e.name === undefined ? '' : hex(hints.get(e.name) ?? 0).toUpperCase();
      const rva = e.forwarder === undefined ? hex(e.rva, 8).toUpperCase() : ' '.repeat(8);
      const name = e.name ?? '[NONAME]';
      const forwarder = e.forwarder === undefined ? '' : ` (forwarded to ${e.forwarder})`;
      return `${String(e.ordinal).padStart(8)} ${hint.padStart(4)} ${rva} ${name}${forwarder}`;
    }),
  ];
}

/** Imports by DLL: the hint or ordinal, the slot's RVA, the name. `!imports` says what lies in the slots. */
export function importLines(image: PeImage, pointerSize: 4 | 8): string[] {
  const dlls = [...image.imports(), ...image.delayImports()];
  if (dlls.length === 0) return ['no imports'];
  const lines = dlls.flatMap((dll) => [...dllLines(dll), '']);
  return pointerSize === image.pointerSize ? lines : ['(32-bit image)', '', ...lines];
}

function dllLines(dll: ImportedDll): string[] {
  const bound = dll.timestamp === 0 ? '' : `, bound ${upper(dll.timestamp).trim()}`;
  const delayed = dll.delayed ? ' (delay loaded)' : '';
  return [
    `${dll.dll ?? '(name not in the dump)'}${delayed}, ${dll.entries.length} imports${bound}`,
    ...dll.entries.map((e) => {
      const hint = e.hint === undefined ? '' : hex(e.hint).toUpperCase();
      const name = e.name ?? (e.ordinal === undefined ? '(name not in the dump)' : `Ordinal ${e.ordinal}`);
      return `    ${upper(e.slotRva)} ${hint.padStart(4)} ${name}`;
    }),
  ];
}

/** The Rich header: product id, build and count of each tool. */
export function richLines(image: PeImage): string[] {
  const rich = image.richHeader();
  if (!rich) return ["no Rich header: the image was not linked by Microsoft's linker"];
  return [
    `Rich header, key ${hex(rich.key, 8).toUpperCase()}, checksum ${rich.checksumValid ? 'valid' : 'NOT valid'}`,
    '',
    '  product  build  count',
    ...rich.entries.map(
      (e) => `${hex(e.productId, 4).padStart(9)}${String(e.build).padStart(7)}${String(e.count).padStart(7)}`,
    ),
  ];
}

function upper(value: number): string {
  return hex(value).toUpperCase().padStart(8);
}

/** By character codes, as linkers sort names for the loader's binary search. */
function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
