import type { Command } from '../command.ts';
import { crt } from './crt.ts';

export { crtContextOf, crtMapOf, stacksOf } from './crtSession.ts';

/** C runtimes: whose heap is whose, and who may free what. */
export const crtCommands: readonly Command[] = [crt];
