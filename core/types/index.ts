export * from './model.ts';
export type { FieldPlace, StructLayouts, StructView } from './structLayouts.ts';
export { BASIC } from './basicTypes.ts';
export { BuiltInTypes } from './builtInTypes.ts';
export { createStructLayouts } from './createStructLayouts.ts';
export { findField, isAnonymous, recordOf } from './fieldPath.ts';
export { floatText } from './floatText.ts';
export { loadLayout, type BuiltInLayout, type LayoutFile, type WindowsVersion } from './loadLayout.ts';
export { placedMembers, type PlacedMember } from './placedMembers.ts';
export { readScalar, scalarForm, type ScalarForm } from './readScalar.ts';
export { characterWidth, enumeratorsOf, readValue, recordBehind } from './readValue.ts';
export { cTypeName, dtTypeName } from './typeName.ts';
export { pointerTo, windowsTypedef } from './typedefs.ts';
export type * from './value.ts';
export { compileWildcard, escapeWildcards, hasWildcards, type Wildcard } from './wildcard.ts';
export {
  libraryClass,
  libraryContents,
  libraryElements,
  withLibrary,
  type LibraryClass,
  type LibraryContents,
  type LibraryElement,
} from './stl/index.ts';
