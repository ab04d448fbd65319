import type { Command } from '../command.ts';
import { cs } from './cs.ts';
import { dlls } from './dlls.ts';
import { envvar } from './envvar.ts';
import { exchain } from './exchain.ts';
import { gflag } from './gflag.ts';
import { handle } from './handle.ts';
import { kuser } from './kuser.ts';
import { critsec, locks } from './locks.ts';
import { peb } from './peb.ts';
import { teb } from './teb.ts';
import { runaway, time, ttime } from './times.ts';
import { tls } from './tls.ts';

export { allSections, type FoundSections } from './sections.ts';
export { addressOf, allViews, hexField, pebAddress, type Place, placeOf, viewOf } from './views.ts';

/** What the process says of itself: environment blocks, loader, handles, locks, times. */
export const processCommands: readonly Command[] = [
  peb,
  teb,
  dlls,
  envvar,
  handle,
  tls,
  gflag,
  cs,
  locks,
  critsec,
  exchain,
  kuser,
  time,
  ttime,
  runaway,
];
