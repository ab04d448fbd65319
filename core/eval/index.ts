export { createEvaluator, type Evaluator } from './evaluator.ts';
export type { EvaluatorEnvironment, ReadableMemory, ReturnKind, SourcePlace } from './environment.ts';
export type { CppName, CppNames, CppPlace, CppValue } from './cppValue.ts';
export { numberOf } from './cppInteger.ts';
export { pointerType, UCHAR, VOID } from './cppTypes.ts';
export type { ExpressionLanguage } from './expression.ts';
export { toAddress, toPrinted } from './width.ts';
export { findCppMember } from './cppMember.ts';
