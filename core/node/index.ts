export { FileSource } from './fileSource.ts';
export { openDumpFile, type OpenedDumpFile, type OpenProgress } from './openDumpFile.ts';
export { provideForeignNames } from './foreignNames.ts';
export { defaultSymbolCache } from './defaultFolders.ts';
export type { FileProgress } from './pendingFiles.ts';
export { SourceFolders } from './sourceFolders.ts';
export { SymbolStore, type SymbolStoreOptions } from './symbolStore.ts';
export { nodeHost, type NodeHostOptions } from './nodeHost.ts';
export { symbolPages } from './storeSearch.ts';
