import type { Command } from '../command.ts';
import { msg } from './msg.ts';

/** Window messages. */
export const messageCommands: readonly Command[] = [msg];
