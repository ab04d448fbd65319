import type { Command } from '../command.ts';
import { bitDisplays } from './bitDisplays.ts';
import { listDisplays } from './listDisplays.ts';
import { numberDisplays } from './numberDisplays.ts';
import { pointerDisplay } from './pointerDisplay.ts';
import { referencedDisplays } from './referencedDisplays.ts';
import { selectorDisplay } from './selectorDisplay.ts';
import { symbolDisplays } from './symbolDisplays.ts';
import { textDisplays } from './textDisplays.ts';
import { withRepeat } from './withRepeat.ts';

// what a memory pane is drawn from
export { type MemoryPage, memoryPage } from './memoryPage.ts';
export { type MemoryRuns, memoryRuns, memoryRunsOf } from './memoryRuns.ts';
export { type PointerNote, pointerNotes } from './pointerNotes.ts';

export { readBlock, type Block } from './block.ts';
export { printNumberRow } from './numberDisplays.ts';
export { NUMBER_FORMATS, type NumberFormat } from './numberFormats.ts';

/** The d* commands that show memory. */
export const memoryCommands: readonly Command[] = withRepeat([
  ...numberDisplays,
  pointerDisplay,
  ...textDisplays,
  ...symbolDisplays,
  ...referencedDisplays,
  ...bitDisplays,
  ...listDisplays,
  selectorDisplay,
]);
