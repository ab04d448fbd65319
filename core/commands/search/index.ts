import type { Command } from '../command.ts';
import { searchMemory } from './s.ts';

/** Searching memory. */
export const searchCommands: readonly Command[] = [searchMemory];
