export { storeName, type StoreName } from './storeName.ts';
export {
  breakpadRequest,
  compressedName,
  imageKey,
  imageRequest,
  parseFilePointer,
  pdbKey,
  pdbRequest,
  storeFolders,
  unnamedPdbRequest,
  type FileRequest,
} from './storeLayout.ts';
export {
  MICROSOFT_SERVER,
  parseSymbolPath,
  searchPlaces,
  type PathElement,
  type SearchPlace,
  type StoreLocation,
  type SymbolPath,
} from './symbolPath.ts';
