import type { Command } from '../command.ts';
import { bitDisplays } from './displayBits.ts';
import { listDisplays } from './displayList.ts';
import { numberDisplays } from './displayNumbers.ts';
import { referencedDisplays } from './displayReferenced.ts';
import { selectorDisplay } from './displaySelector.ts';
import { symbolDisplays } from './displaySymbols.ts';
import { textDisplays } from './displayText.ts';
import { withRepeat } from './repeat.ts';

/** The d* commands that show memory. */
export const memoryCommands: readonly Command[] = withRepeat([
  ...numberDisplays,
  ...textDisplays,
  ...symbolDisplays,
  ...referencedDisplays,
  ...bitDisplays,
  ...listDisplays,
  selectorDisplay,
]);
