import type { Command } from '../command.ts';
import { analyze } from './analyze.ts';

/** A first answer to what went wrong. */
export const analyzeCommands: readonly Command[] = [analyze];

// what the panes of summary and threads draw
export { crashAnalysisOf } from './crashAnalysisOf.ts';
export { sectionsOf } from './crashInputOf.ts';
