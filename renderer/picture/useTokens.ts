import { type RefObject, useLayoutEffect, useState } from 'react';
import { readTokens, THEME_CHANGE } from '../theme/readTokens.ts';

export type Tokens = (name: `--${string}`) => string;

/** The face of labels: a page loads it when something is written in it, and a canvas would not wait. */
const FACE = '11px "JetBrains Mono"';

/** The theme's tokens, again when the theme changes or the labels' face has come; undefined before the element is there. */
export function useTokens(ref: RefObject<Element | null>): Tokens | undefined {
  const [tokens, setTokens] = useState<Tokens>();
  useLayoutEffect(() => {
    const read = (): void => {
      // from the root, where themes set them: a pane behind another tab is in no document yet, and has no styles
      const found = readTokens(document.documentElement);
      if (ref.current) setTokens(() => found);
    };
    read();
    // without it the next face of the list is as good
    if (!document.fonts.check(FACE)) document.fonts.load(FACE).then(read, () => undefined);
    document.addEventListener(THEME_CHANGE, read);
    return () => document.removeEventListener(THEME_CHANGE, read);
  }, [ref]);
  return tokens;
}
