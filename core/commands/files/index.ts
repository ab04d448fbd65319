import type { Command } from '../command.ts';
import { dump } from './dump/dump.ts';
import { logs } from './log.ts';
import { writemem } from './writemem.ts';

/** Commands that write files on the host. */
export const fileCommands: readonly Command[] = [...logs, writemem, dump];
