import type { Command } from '../command.ts';
import { cxr, ecxr } from './contexts.ts';
import { fiber } from './fiber.ts';
import { registerMask } from './registerMask.ts';
import { registersCommand } from './registers.ts';

export { registerLines, type RegisterLine } from './registersModel.ts';
export { elementsText, extendedText, type ElementType } from './registerValues.ts';
export { whereLines } from './whereLines.ts';

/** Registers, and the contexts that they are taken from. */
export const registerCommands: readonly Command[] = [registersCommand, registerMask, ecxr, cxr, fiber];
