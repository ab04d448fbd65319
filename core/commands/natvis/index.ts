import type { Command } from '../command.ts';
import { nvlist, nvload, nvunload, nvunloadall } from './natvisCommands.ts';

export { loadSources } from './natvisCommands.ts';

/** NatVis files: how types of a program are shown by dx, dv and dt -natvis. */
export const natvisCommands: readonly Command[] = [nvload, nvlist, nvunloadall, nvunload];
