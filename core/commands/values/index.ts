export { engineTypeName } from './engineTypeName.ts';
export { engineValueText, MEMORY_ERROR, UNAVAILABLE } from './engineValueText.ts';
