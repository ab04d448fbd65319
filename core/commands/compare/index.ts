import type { Command } from '../command.ts';
import { compareMemory } from './compareMemory.ts';
import { holdmem } from './holdmem.ts';

/** Ranges of memory against each other. */
export const compareCommands: readonly Command[] = [compareMemory, holdmem];
