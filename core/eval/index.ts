export { createEvaluator, type Evaluator, type ExpressionLanguage } from './evaluator.ts';
export type { EvaluatorEnvironment } from './environment.ts';
export { toAddress, toPrinted } from './width.ts';
