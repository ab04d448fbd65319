import type { Command } from '../command.ts';
import { crt } from './crt.ts';

export { crtContextOf, crtMapOf } from './crtSession.ts';
export { crossModuleFree } from './misuse.ts';

/** C runtimes: whose heap is whose, and who may free what. */
export const crtCommands: readonly Command[] = [crt];
