import type { Command } from '../command.ts';
import { detach, go, opendump } from './opendump.ts';
import { processes } from './processes.ts';
import { systems } from './systems.ts';

export { openingLines, openingPlace } from './banner.ts';

/** Several dumps side by side. */
export const systemCommands: readonly Command[] = [systems, processes, opendump, go, detach];
