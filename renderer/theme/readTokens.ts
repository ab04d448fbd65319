/** Fired on `document` after another theme has been put on: canvases draw again with its tokens. */
export const THEME_CHANGE = 'themechange';

/** The theme's tokens as colours, for canvases: `readTokens(element)('--use-image')`. */
export function readTokens(element: Element): (name: `--${string}`) => string {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim();
}
