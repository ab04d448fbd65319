import type { Command } from '../commands/index.ts';
import { basicCommands } from '../commands/basics/index.ts';

/** Every command there is, in the order in which patterns of families are tried. */
export const allCommands: readonly Command[] = [...basicCommands];
