import { z } from 'zod';

/** Pixels of text: smaller nobody reads, larger leaves no room for a line of memory. */
export const TEXT_SIZE = { min: 10, normal: 13, max: 24 } as const;

export const settingsSchema = z.object({
  textSize: z.int().min(TEXT_SIZE.min).max(TEXT_SIZE.max).catch(TEXT_SIZE.normal),
  /** a face for data in front of the bundled one; empty for none */
  dataFace: z.string().max(100).catch(''),
  /** keys of one's own as they were typed: `parseKeymap` reads them */
  keys: z.string().max(100_000).catch(''),
  /** colours of one's own as they were typed: `parseColours` reads them */
  colours: z.string().max(100_000).catch(''),
});

export type Settings = Readonly<z.infer<typeof settingsSchema>>;

export const DEFAULTS: Settings = settingsSchema.parse({});

/** What was saved, each part by itself: a later version may have written some of it. */
export function readSettings(text: string | null): Settings {
  if (text === null) return DEFAULTS;
  try {
    const parsed = settingsSchema.safeParse(JSON.parse(text));
    return parsed.data ?? DEFAULTS;
  } catch {
    // damaged: as if nothing had been set
    return DEFAULTS;
  }
}
