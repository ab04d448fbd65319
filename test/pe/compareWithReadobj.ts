import { expect } from 'vitest';
import type { ImportedDll, OptionalHeader, PeImage } from '../../core/pe/index.ts';
import { type Node, all, number, readobj, text } from './readobj.ts';

const OPTIONAL_FIELDS = [
  'Magic',
  'MajorLinkerVersion',
  'MinorLinkerVersion',
  'SizeOfCode',
  'SizeOfInitializedData',
  'SizeOfUninitializedData',
  'AddressOfEntryPoint',
  'BaseOfCode',
  'ImageBase',
  'SectionAlignment',
  'FileAlignment',
  'MajorOperatingSystemVersion',
  'MinorOperatingSystemVersion',
  'MajorImageVersion',
  'MinorImageVersion',
  'MajorSubsystemVersion',
  'MinorSubsystemVersion',
  'SizeOfImage',
  'SizeOfHeaders',
  'CheckSum',
  'Subsystem',
  'SizeOfStackReserve',
  'SizeOfStackCommit',
  'SizeOfHeapReserve',
  'SizeOfHeapCommit',
] as const satisfies readonly (keyof OptionalHeader)[];

/** Holds all that both readers say of an image against each other. */
export function compareWithReadobj(image: PeImage, file: string, label: string): void {
  const truth = compareTables(image, file, label);
  compareHeaders(image, truth, label);
  compareSections(image, truth, label);
}

/** The same for all but the headers, which are not the same in memory and in the file it was flattened to. */
export function compareTables(image: PeImage, file: string, label: string): Node {
  const truth = readobj(file);
  compareExports(image, truth, label);
  compareImports(image.imports(), all(truth, 'Import'), label);
  compareImports(image.delayImports(), all(truth, 'DelayImport'), label);
  compareDebug(image, truth, label);
  compareTls(image, truth, label);
  compareLoadConfig(image, truth, label);
  compareRelocations(image, truth, label);
  return truth;
}

function compareHeaders(image: PeImage, truth: Node, label: string): void {
  const file = all(truth, 'ImageFileHeader')[0];
  const optional = all(truth, 'ImageOptionalHeader')[0];
  expect(
    {
      machine: image.machine,
      sections: image.headers.file.NumberOfSections,
      timestamp: image.timestamp,
      characteristics: image.characteristics,
      dllCharacteristics: image.headers.optional.DllCharacteristics,
      lfanew: image.headers.dos.e_lfanew,
      count: image.headers.optional.NumberOfRvaAndSizes,
    },
    label,
  ).toEqual({
    machine: number(file, 'Machine'),
    sections: number(file, 'SectionCount'),
    timestamp: number(file, 'TimeDateStamp'),
    characteristics: number(file, 'Characteristics'),
    dllCharacteristics: number(optional, 'Characteristics'),
    lfanew: number(all(truth, 'DOSHeader')[0], 'AddressOfNewExeHeader'),
    count: number(optional, 'NumberOfRvaAndSize'),
  });
  // it leaves CheckSum out of PE32+
  const named = OPTIONAL_FIELDS.filter((field) => all(optional, field).length > 0);
  expect(named.length, label).toBeGreaterThanOrEqual(OPTIONAL_FIELDS.length - 1);
  for (const field of named) {
    expect(Number(image.headers.optional[field]), `${label} ${field}`).toBe(number(optional, field));
  }
  const directories = all(optional, 'DataDirectory')[0]?.children ?? [];
  expect(image.directories.slice(0, directories.length / 2), label).toEqual(
    directories
      .filter((d) => d.name.endsWith('RVA'))
      .map((d) => ({ rva: Number(d.value), size: Number(directories[directories.indexOf(d) + 1]?.value) })),
  );
}

function compareSections(image: PeImage, truth: Node, label: string): void {
  expect(
    image.sections.map((s) => [
      s.name,
      s.virtualSize,
      s.virtualAddress,
      s.rawSize,
      s.rawOffset,
      s.characteristics,
      s.relocationCount,
    ]),
    label,
  ).toEqual(
    all(all(truth, 'Sections')[0], 'Section').map((s) => [
      headerName(text(s, 'Name')),
      number(s, 'VirtualSize'),
      number(s, 'VirtualAddress'),
      number(s, 'RawDataSize'),
      number(s, 'PointerToRawData'),
      number(s, 'Characteristics'),
      number(s, 'RelocationCount'),
    ]),
  );
}

/** The eight bytes of `.eh_frame (2F 34 00 00 00 00 00 00)`: it looks long names up in the COFF string table. */
function headerName(value: string): string {
  const bytes = (/\(([0-9A-F ]+)\)$/.exec(value)?.[1] ?? '').split(' ').map((b) => parseInt(b, 16));
  return String.fromCharCode(...bytes.filter((b) => b !== 0));
}

function compareExports(image: PeImage, truth: Node, label: string): void {
  // it prints one row a function, with the last of its names; we have one a name
  const ours = new Set(
    image.exports().entries.map((e) => `${e.ordinal} ${e.name ?? ''} ${e.forwarder ?? e.rva}`),
  );
  const rows = all(truth, 'Export');
  for (const row of rows) {
    const forwarder = all(row, 'ForwardedTo')[0]?.value;
    const rva = forwarder ?? number(row, 'RVA');
    // an unused ordinal
    if (rva === 0) continue;
    const key = `${number(row, 'Ordinal')} ${text(row, 'Name')} ${rva}`;
    expect(ours.has(key), `${label}: export ${key}`).toBe(true);
  }
  const used = rows.filter((row) => all(row, 'ForwardedTo').length > 0 || number(row, 'RVA') !== 0);
  expect(new Set(image.exports().entries.map((e) => e.ordinal)).size, label).toBe(used.length);
}

function compareImports(dlls: readonly ImportedDll[], rows: readonly Node[], label: string): void {
  expect(
    dlls.map((d) => d.dll),
    label,
  ).toEqual(rows.map((row) => text(row, 'Name')));
  for (const [i, row] of rows.entries()) {
    const symbols = row.children.flatMap((c) =>
      c.name === 'Symbol' ? [c.value] : c.name === 'Import' ? all(c, 'Symbol').map((s) => s.value) : [],
    );
    // `HeapAlloc (848)` by name with its hint, ` (12)` by ordinal
    expect(
      dlls[i]?.entries.map((e) => (e.name === undefined ? `(${e.ordinal})` : `${e.name} (${e.hint})`)),
      `${label} ${dlls[i]?.dll}`,
    ).toEqual(symbols.map((s) => s.trim()));
    const first = all(row, 'ImportAddressTableRVA')[0] ?? all(row, 'ImportAddressTable')[0];
    if (first && symbols.length > 0) expect(dlls[i]?.entries[0]?.slotRva, label).toBe(Number(first.value));
  }
}

function compareDebug(image: PeImage, truth: Node, label: string): void {
  const rows = all(all(truth, 'DebugDirectory')[0], 'DebugEntry');
  expect(
    image.debugEntries.map((d) => [d.type, d.size, d.rva, d.fileOffset, d.timestamp]),
    label,
  ).toEqual(
    rows.map((row) => [
      number(row, 'Type'),
      number(row, 'SizeOfData'),
      number(row, 'AddressOfRawData'),
      number(row, 'PointerToRawData'),
      number(row, 'TimeDateStamp'),
    ]),
  );
  const pdb = rows.map((row) => all(row, 'PDBInfo')[0]).find((info) => info !== undefined);
  if (!pdb) return;
  expect(image.codeView, label).toEqual({
    kind: 'rsds',
    guid: text(pdb, 'PDBGUID').replace(/[{}-]/g, ''),
    age: number(pdb, 'PDBAge'),
    pdb: text(pdb, 'PDBFileName'),
  });
}

function compareTls(image: PeImage, truth: Node, label: string): void {
  const row = all(truth, 'TLSDirectory')[0];
  if (!row || row.children.length === 0) {
    expect(image.tls, label).toBeUndefined();
    return;
  }
  expect(
    {
      start: Number(image.tls?.startOfRawData),
      end: Number(image.tls?.endOfRawData),
      index: Number(image.tls?.addressOfIndex),
      callbacks: Number(image.tls?.addressOfCallbacks),
      zeroFill: image.tls?.sizeOfZeroFill,
    },
    label,
  ).toEqual({
    start: number(row, 'StartAddressOfRawData'),
    end: number(row, 'EndAddressOfRawData'),
    index: number(row, 'AddressOfIndex'),
    callbacks: number(row, 'AddressOfCallBacks'),
    zeroFill: number(row, 'SizeOfZeroFill'),
  });
}

function compareLoadConfig(image: PeImage, truth: Node, label: string): void {
  const rows = all(truth, 'LoadConfig')[0]?.children ?? [];
  const config = image.loadConfig;
  const known = new Map<string, bigint>(config ?? []);
  let compared = 0;
  for (const row of rows) {
    const ours = known.get(row.name);
    if (ours === undefined || row.children.length > 0) continue;
    const value = /\((0x[0-9A-F]+)\)$/.exec(row.value)?.[1] ?? row.value;
    expect(ours, `${label} ${row.name}`).toBe(BigInt(value));
    compared++;
  }
  if (rows.length > 0) expect(compared, label).toBeGreaterThan(10);
}

function compareRelocations(image: PeImage, truth: Node, label: string): void {
  const rows = all(all(truth, 'BaseReloc')[0], 'Entry').filter((row) => text(row, 'Type') !== 'ABSOLUTE');
  expect(image.relocations().rvas.length, label).toBe(rows.length);
  expect(Array.from(image.relocations().rvas), label).toEqual(rows.map((row) => number(row, 'Address')));
}
