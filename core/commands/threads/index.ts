import type { Command } from '../command.ts';
import { threadsCommand, threadsExecute } from './threads.ts';

/** Threads: listed, chosen, each told to do something. The longer pattern is asked first. */
export const threadCommands: readonly Command[] = [threadsExecute, threadsCommand];
