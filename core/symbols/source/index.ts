export { findSource, type FoundSource, type SourceAttempt, type SourceSearch } from './findSource.ts';
export type { SourceCandidate, SourceFiles } from './sourceFiles.ts';
export { sourceLines } from './sourceLines.ts';
export { type ServedSource, type SourceIndex, type SourceIndexKind } from './servedSource.ts';
export { readSourceLink } from './sourceLink.ts';
export { readSrcsrv } from './srcsrv.ts';
