export * from './identity.ts';
export { DEBUG_TYPES, parseCodeView, type DebugEntry } from './debugDirectory.ts';
export { ExportTable, type Export } from './exportTable.ts';
export type { DataDirectory, DosHeader, FileHeader, OptionalHeader, PeHeaders, Section } from './headers.ts';
export type { Import, ImportedDll } from './imports.ts';
export { PeImage } from './peImage.ts';
export type { RvaReader } from './rvaReader.ts';
