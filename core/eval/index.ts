export { createEvaluator, type CppChanges, type CppOperations, type Evaluator } from './evaluator.ts';
export type { EvaluatorEnvironment, ReadableMemory, ReturnKind, SourcePlace } from './environment.ts';
export type { CppName, CppNames, CppPlace, CppValue } from './cppValue.ts';
export { convertNumber, wholeNumber } from './cppArithmetic.ts';
export { numberOf } from './cppInteger.ts';
export { BOOL, DOUBLE, INT, INT64, pointerType, UCHAR, UINT, UINT64 } from './cppTypes.ts';
export type { ExpressionLanguage } from './expression.ts';
export { toAddress, toPrinted } from './width.ts';
export { scalarOfBits } from './storedBits.ts';
export { findCppBase, findCppMember } from './cppMember.ts';
// for the languages that hold C++ expressions: the object model's and NatVis'
export { cppLiteral } from './cppLiteral.ts';
export { cppName } from './cppName.ts';
export type { CppBinary, CppNode, CppUnary, TypeName } from './cppTree.ts';
export type { CppEvaluator } from './evaluateCpp.ts';
export { closed, type Languages } from './language.ts';
export { castType, infixHere, MEMBER, parseCpp, prefix as parseCppOperand } from './parseCpp.ts';
export type { Scanner } from './scanner.ts';
export { textArgument } from './textArgument.ts';
