/** How main and the engine check what they are sent: a page that was taken over may send anything. */
import { z } from 'zod';

/** Longest log that is saved: a million lines of two hundred characters. */
const MAX_TEXT = 200_000_000;

export const nothing = z.undefined();
export const engineMessage = z.object({ engine: z.number().int().nonnegative() });
export const shownDumpsMessage = z.object({ ids: z.array(z.uuid()).max(1000) });
/** a file for the engine */
export const grantMessage = z.object({ id: z.uuid(), path: z.string().min(1).max(32_767) });
/** a file that was dropped on the page */
export const droppedMessage = grantMessage.extend({ what: z.enum(['dump', 'file']) });
export const saveTextMessage = z.object({ name: z.string().max(255), text: z.string().max(MAX_TEXT) });
