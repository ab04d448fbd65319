import type { Command } from '../command.ts';
import { dv } from './dv.ts';

export const localCommands: readonly Command[] = [dv];
