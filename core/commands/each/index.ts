import type { Command } from '../command.ts';
import { forEachFunction } from './forEachFunction.ts';
import { forEachLocal } from './forEachLocal.ts';
import { forEachModule } from './forEachModule.ts';
import { forEachRegister } from './forEachRegister.ts';
import { forEachThread } from './forEachThread.ts';

/** Commands that run others for each of something; !for_each_frame is with the stacks. */
export const eachCommands: readonly Command[] = [
  forEachModule,
  forEachThread,
  forEachLocal,
  forEachFunction,
  forEachRegister,
];
