export { CONTENT_BYTES, contentKind, type ContentKind } from './contentKind.ts';
export { type ObjectClass, VtableNames } from './vtableNames.ts';
