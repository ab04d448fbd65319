import type { Command } from '../command.ts';
import { ln } from './ln.ts';
import { x } from './x.ts';

export const symbolCommands: readonly Command[] = [x, ln];
