import { visible } from '../../core/protocol/index.ts';
import type { DumpSource } from '../client/host.ts';
import type { Action } from './action.ts';

/** The File menu's end: dumps that were opened before, the last one first. */
export function recentActions(recent: readonly DumpSource[], open: (dump: DumpSource) => unknown): Action[] {
  return recent.map((dump, i): Action => {
    const folder = dump.folder === undefined ? '' : ` in ${short(visible(dump.folder))}`;
    return {
      id: `recent.${i}`,
      title: `${i + 1} ${short(visible(dump.name))}${folder}`,
      menu: 'File',
      separated: i === 0,
      run: () => void open(dump),
    };
  });
}

/** A name as a menu has room for it; the system's menus take titles of 200 characters from the page. */
function short(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}

const MAX_NAME = 80;
