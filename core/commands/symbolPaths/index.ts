import type { Command } from '../command.ts';
import { pathCommand } from './pathCommand.ts';
import { IMAGE_PATH, SOURCE_PATH, SYMBOL_PATH } from './paths.ts';
import { srcfix } from './srcfix.ts';
import { symfix } from './symfix.ts';

export { elementsOf } from './validation.ts';

/** Where symbols, images and sources are looked for. */
export const symbolPathCommands: readonly Command[] = [
  pathCommand(SYMBOL_PATH),
  symfix,
  pathCommand(IMAGE_PATH),
  pathCommand(SOURCE_PATH),
  srcfix,
];
