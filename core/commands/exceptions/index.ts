import type { Command } from '../command.ts';
import { cppexr } from './cppexr.ts';
import { exptr } from './exptr.ts';
import { jdinfo } from './jdinfo.ts';

export { readJitInfo } from './jitInfo.ts';

/** Exceptions beyond the record: pointers to record and context, C++ objects. */
export const exceptionCommands: readonly Command[] = [exptr, jdinfo, cppexr];
