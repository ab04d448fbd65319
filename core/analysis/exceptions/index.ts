export { accessKind, comesFromProcessor, exceptionName, isCustomerCode } from './exceptionNames.ts';
export { failFastName } from './failFast.ts';
export { ExceptionCode, readExceptionPointers, readExceptionRecord } from './exceptionRecord.ts';
export { cppException, type CatchableType, type CppException } from './cppException.ts';
export { typeName, type CppType, type EhSpace } from './cppTypes.ts';
export {
  funcInfoOfThunk,
  readFuncInfo,
  stateAt,
  stateOfRegistration,
  tryBlocksAt,
  type CatchClause,
  type CppTryBlock,
  type FuncInfo,
} from './cppScopes.ts';
export { frameHandlers, type FrameHandler } from './frameHandlers.ts';
export { handlesAll, readSehScopes, sehScopesAt, type SehScope } from './sehScopes.ts';
export { scopeFormOfData } from './scopeForm.ts';
export { stowedExceptions, type StowedException } from './stowedException.ts';
