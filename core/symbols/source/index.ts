export { findSource, type FoundSource, type SourceAttempt, type SourceSearch } from './findSource.ts';
export type { SourceCandidate, SourceFiles } from './sourceFiles.ts';
export { sourceLines } from './sourceLines.ts';
