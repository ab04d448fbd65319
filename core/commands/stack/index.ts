import type { Command } from '../command.ts';
import { findstack } from './findstack.ts';
import { fnent } from './fnent.ts';
import { forEachFrame } from './forEachFrame.ts';
import { fpo } from './fpo.ts';
import { frameCommand, frameDown, frameUp } from './frame.ts';
import { k } from './k.ts';
import { kframes } from './kframes.ts';
import { uniqstack } from './uniqstack.ts';

export { printStackModel, WARNINGS } from './printStack.ts';
export { stackData, stackModel, type StackModel, type StackRow } from './stackModel.ts';
export { parseStackOptions, type StackOptions } from './stackOptions.ts';
export { frameText, nameFrame, type FrameName } from './frameName.ts';

/** Stacks: what is on them, and which frame the person looks from. */
export const stackCommands: readonly Command[] = [
  k,
  kframes,
  frameCommand,
  frameUp,
  frameDown,
  uniqstack,
  findstack,
  forEachFrame,
  fnent,
  fpo,
];
