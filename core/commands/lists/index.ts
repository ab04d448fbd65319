import type { Command } from '../command.ts';
import { flinks } from './flinks.ts';
import { list } from './list.ts';
import { rtlavl } from './rtlavl.ts';
import { slist } from './slist.ts';
import { validatelist } from './validatelist.ts';

export { addressAndNumbers } from './expressions.ts';

/** Linked lists and trees. */
export const listCommands: readonly Command[] = [list, slist, ...flinks, validatelist, rtlavl];
