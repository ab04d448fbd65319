export { analyzeCrash, type AnalysisOptions } from './analyzeCrash.ts';
export type { CrashInput, HeapFailureSummary } from './crashInput.ts';
export { fillPatternOf, type FillPattern, type PatternMatch } from './fillPatterns.ts';
export * from './model.ts';
export { frameLabel } from './nameFrames.ts';
export { threadName } from './placeOf.ts';
export { mayBeWrongFree } from './suspects/index.ts';
export { skipReason } from './skipRules.ts';
