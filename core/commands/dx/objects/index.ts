export { debuggerObject, debuggerVariables } from './debuggerObject.ts';
export type { ObjectContext } from './objectContext.ts';
