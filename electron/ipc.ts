import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import type { z } from 'zod';
import { isOwnFrame } from './security.ts';

/** The window whose page sent a message; undefined where main knows none. */
export type WindowOf<W> = (contentsId: number) => W | undefined;

/**
 * Hears a channel. A message that has not its form, or is not of our own page, is dropped with a warning: what a
 * listener throws, Electron shows as a dialog of the whole program.
 */
export function hear<W, T>(
  channel: string,
  form: z.ZodType<T>,
  windowOf: WindowOf<W>,
  heard: (window: W, message: T) => void,
): void {
  ipcMain.on(channel, (event, message: unknown) => {
    const window = sender(event, windowOf);
    const parsed = form.safeParse(message);
    if (window !== undefined && parsed.success) heard(window, parsed.data);
    else process.emitWarning(`a message on ${channel} was refused`);
  });
}

/** Answers a channel. What is refused fails the page's own promise. */
export function answer<W, T>(
  channel: string,
  form: z.ZodType<T>,
  windowOf: WindowOf<W>,
  reply: (window: W, message: T) => unknown,
): void {
  ipcMain.handle(channel, (event, message: unknown) => {
    const window = sender(event, windowOf);
    const parsed = form.safeParse(message);
    if (window === undefined || !parsed.success) throw new Error(`a message on ${channel} was refused`);
    return reply(window, parsed.data);
  });
}

function sender<W>(event: IpcMainEvent | IpcMainInvokeEvent, windowOf: WindowOf<W>): W | undefined {
  return isOwnFrame(event.senderFrame) ? windowOf(event.sender.id) : undefined;
}
