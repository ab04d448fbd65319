import { StillframeError } from '../errors/index.ts';
import { visible } from '../output/index.ts';

/** What dumps are called: WER, procdump, Task Manager and dbghelp use these. */
const DUMP_NAME = /\.(dmp|mdmp|hdmp)$/i;
/** Names listed in a message, and how long each may be. */
const NAMES_SHOWN = 8;
const NAME_LENGTH = 80;

/** Whether a member of an archive is to be opened. Its name is used for this and for messages, never as a path. */
export function isDumpName(name: string): boolean {
  return DUMP_NAME.test(name);
}

/** A member's name as a message may show it. */
export function shownName(name: string): string {
  const short = name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name;
  return visible(short);
}

/** The error for an archive without a dump: says what is in it instead. */
export function noDumpInside(kind: string, names: readonly string[]): StillframeError {
  if (names.length === 0) return new StillframeError('not-a-dump', `an empty ${kind}`);
  const shown = names.slice(0, NAMES_SHOWN).map(shownName).join(', ');
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return new StillframeError(
    'not-a-dump',
    `a ${kind} without a .dmp, .mdmp or .hdmp file; it holds ${shown}${more}`,
  );
}
