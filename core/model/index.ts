export * from './natvis/index.ts';
export { compareValues, textOf, UNNAMED } from './compareValues.ts';
export { ModelEvaluator } from './evaluateModel.ts';
export { formatOf, splitSpecifiers, type Format, type Radix } from './format.ts';
export type { ModelContext, NativeViews } from './modelContext.ts';
export { ModelError, reasonOf, unbound } from './modelError.ts';
export {
  constant,
  methodValue,
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
  functionValue,
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
export { itemsOf, numbered, sequence } from './sequence.ts';
export { SEQUENCE_METHODS } from './sequenceMethods.ts';
export { unreadableText, valueText } from './valueText.ts';
