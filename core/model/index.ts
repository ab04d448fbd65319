export * from './natvis/index.ts';
export { TO_DISPLAY_STRING } from './callMethod.ts';
export { textOf } from './compareValues.ts';
export { ModelEvaluator } from './evaluateModel.ts';
export { formatOf, splitSpecifiers, type Format, type Radix } from './format.ts';
export type { ModelContext, NativeViews } from './modelContext.ts';
export { ModelError, reasonOf } from './modelError.ts';
export {
  constant,
  type Awaitable,
  type Item,
  type Items,
  type Method,
  type ModelObject,
  type Property,
} from './modelObject.ts';
export {
  addressValue,
  boolValue,
  NOTHING,
  objectValue,
  signedValue,
  textValue,
  unsignedValue,
  type ModelValue,
  type NativeValue,
} from './modelValue.ts';
export type { ModelNode } from './modelTree.ts';
export { parseModel, type ParsedModel } from './parseModel.ts';
export { itemsOf, numbered } from './sequence.ts';
export { SEQUENCE_METHODS } from './sequenceMethods.ts';
export { STRING_METHODS } from './stringMethods.ts';
export { unreadableText, valueText } from './valueText.ts';
