import type { Command } from '../command.ts';
import { error } from './error.ts';
import { gle } from './gle.ts';

/** Error numbers and their texts. */
export const errorCommands: readonly Command[] = [gle, error];
