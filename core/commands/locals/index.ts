import type { Command } from '../command.ts';
import { dv } from './dv.ts';

export const localCommands: readonly Command[] = [dv];

// what x * needs
export { nameTest } from './nameTest.ts';
export { readLocals, type LocalRow } from './readLocals.ts';
