export { CONTENT_BYTES, contentKind, type ContentKind } from './contentKind.ts';
export { completeObject, type CompleteObject } from './rtti.ts';
export { type ObjectClass, VtableNames } from './vtableNames.ts';
