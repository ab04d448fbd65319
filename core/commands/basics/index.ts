import type { Command } from '../command.ts';
import { comment, commentLine, echo, quit } from './control.ts';
import { chain, echotime, extmatch, load, vercommand } from './extensions.ts';
import { help } from './help.ts';
import { pop, push } from './pushPop.ts';
import { effmach, lastevent, version, vertarget, wow64sw } from './system.ts';

export { systemLines, systemModel, timeLines, type SystemModel } from './systemModel.ts';

/** The system, and the commands that steer the session. */
export const basicCommands: readonly Command[] = [
  push,
  pop,
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
