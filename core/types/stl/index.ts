export { libraryContents, libraryElements, type LibraryContents } from './contents.ts';
export type { LibraryElement } from './elements.ts';
export { withLibrary } from './summary.ts';
export { libraryClass, type LibraryClass } from './templates.ts';
