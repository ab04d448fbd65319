import type { Command } from '../command.ts';
import { cppexr } from './cppexr.ts';
import { exptr } from './exptr.ts';
import { exr } from './exr.ts';
import { jdinfo } from './jdinfo.ts';

export { eventOf, eventText, exceptionText } from './eventModel.ts';
export { exceptionLines, exceptionModel, type ExceptionModel } from './exceptionText.ts';
export { readJitInfo } from './jitInfo.ts';

/** Exceptions: the record, pointers to record and context, C++ objects. */
export const exceptionCommands: readonly Command[] = [exr, exptr, jdinfo, cppexr];
