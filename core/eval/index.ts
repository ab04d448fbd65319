export { createEvaluator, type Evaluator } from './evaluator.ts';
export type { EvaluatorEnvironment, SourcePlace } from './environment.ts';
export type { ExpressionLanguage } from './expression.ts';
export type { IntegerType, IntegerValue } from './integerType.ts';
export { toAddress, toPrinted } from './width.ts';
