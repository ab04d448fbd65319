import type { Command } from '../command.ts';
import { cxr, ecxr } from './contexts.ts';
import { comment, commentLine, echo, quit } from './control.ts';
import { exr } from './exr.ts';
import { fiber } from './fiber.ts';
import { chain, echotime, extmatch, load, vercommand } from './extensions.ts';
import { help } from './help.ts';
import { pop, push } from './pushPop.ts';
import { registerMask } from './registerMask.ts';
import { registersCommand } from './registers.ts';
import { effmach, lastevent, version, vertarget, wow64sw } from './system.ts';
import { threadsCommand, threadsExecute } from './threads.ts';

export { accessKind, exceptionName } from './exceptionNames.ts';
export { eventOf, eventText, exceptionText } from './eventModel.ts';
export { exceptionData, exceptionLines, exceptionModel, type ExceptionModel } from './exceptionText.ts';
export { failFastName } from './failFast.ts';
export { systemData, systemLines, systemModel, timeLines, type SystemModel } from './systemModel.ts';
export { registerLines } from './registersModel.ts';
export { whereLines } from './whereLines.ts';

/** Threads, registers, contexts, the system, and the commands that steer the session. */
export const basicCommands: readonly Command[] = [
  threadsExecute,
  threadsCommand,
  push,
  pop,
  registersCommand,
  registerMask,
  exr,
  ecxr,
  cxr,
  fiber,
  lastevent,
  vertarget,
  version,
  effmach,
  wow64sw,
  quit,
  echo,
  commentLine,
  comment,
  help,
  chain,
  load,
  extmatch,
  vercommand,
  echotime,
];
