export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;

/** What a person chooses; `system` follows the desktop. */
export type Theme = (typeof THEMES)[number];
