import type { Command } from '../command.ts';
import { searchMemory } from './s.ts';

// what the search of a memory pane goes by
export { findBytes, type FindBytesRequest } from './findBytes.ts';
export { searchPattern } from './searchPattern.ts';

/** Searching memory. */
export const searchCommands: readonly Command[] = [searchMemory];
