import type { Command } from '../command.ts';
import { analyze } from './analyze.ts';

/** A first answer to what went wrong. */
export const analyzeCommands: readonly Command[] = [analyze];

// what the summary pane draws
export { crashAnalysisOf } from './crashAnalysisOf.ts';
