/** How main and the engine check what they are sent: a page that was taken over may send anything. */
import { z } from 'zod';
import { MENUS } from './bridge.ts';

/** Longest log that is saved: a million lines of two hundred characters. */
const MAX_TEXT = 200_000_000;
/** More tabs, and more files of one drop, than a person has. */
const MAX_DUMPS = 1000;
const MAX_FILES = 100_000;
/** Windows' longest path. */
const MAX_PATH = 32_767;

const path = z.string().min(1).max(MAX_PATH);

export const nothing = z.undefined();
export const engineMessage = z.object({ engine: z.number().int().nonnegative() });
export const shownDumpsMessage = z.object({
  shown: z
    .array(
      z.object({
        id: z.uuid(),
        added: z.array(z.uuid()).max(MAX_FILES),
        isFront: z.boolean(),
        isOpen: z.boolean(),
      }),
    )
    .max(MAX_DUMPS),
});
export const showMenuMessage = z.object({
  entries: z
    .array(
      z.object({
        id: z.string().min(1).max(64),
        title: z.string().min(1).max(200),
        menu: z.enum(MENUS),
        key: z.string().max(40).optional(),
        isEnabled: z.boolean(),
        isSeparated: z.boolean(),
      }),
    )
    .max(200),
});
/** a file for the engine, or one that was dropped on the page */
export const grantMessage = z.object({ id: z.uuid(), path });
export const saveTextMessage = z.object({ name: z.string().max(255), text: z.string().max(MAX_TEXT) });
/** what a second start of the program hands to the first one */
export const secondStart = z.object({ dumps: z.array(path).max(MAX_DUMPS) });
