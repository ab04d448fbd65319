export { FileSource } from './fileSource.ts';
export { openDumpFile, type OpenedDumpFile, type OpenProgress } from './openDumpFile.ts';
export { provideForeignNames } from './foreignNames.ts';
