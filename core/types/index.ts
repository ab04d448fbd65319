export * from './model.ts';
export type { FieldPlace, StructLayouts, StructView } from './structLayouts.ts';
export { BASIC } from './basicTypes.ts';
export { BuiltInTypes } from './builtInTypes.ts';
export { createStructLayouts } from './createStructLayouts.ts';
export { findField, isAnonymous, recordOf } from './fieldPath.ts';
export { loadLayout, type BuiltInLayout, type LayoutFile, type WindowsVersion } from './loadLayout.ts';
export { matcher } from './pattern.ts';
export { readScalar, scalarForm, type ScalarForm } from './readScalar.ts';
