export { engineTypeName, modelTypeName } from './engineTypeName.ts';
export { MEMORY_ERROR, UNAVAILABLE } from './engineValueText.ts';
export { readEngineValue, styleOf, type EngineValue, type Readable } from './readEngineValue.ts';
export { valuePart } from './valuePart.ts';
