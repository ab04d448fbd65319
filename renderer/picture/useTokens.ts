import { type RefObject, useLayoutEffect, useState } from 'react';
import { readTokens, THEME_CHANGE } from '../theme/readTokens.ts';

export type Tokens = (name: `--${string}`) => string;

/** The theme's tokens, again when the theme changes; undefined before the element is there. */
export function useTokens(ref: RefObject<Element | null>): Tokens | undefined {
  const [tokens, setTokens] = useState<Tokens>();
  useLayoutEffect(() => {
    const read = (): void => {
      // from the root, where themes set them: a pane behind another tab is in no document yet, and has no styles
      const found = readTokens(document.documentElement);
      if (ref.current) setTokens(() => found);
    };
    read();
    document.addEventListener(THEME_CHANGE, read);
    return () => document.removeEventListener(THEME_CHANGE, read);
  }, [ref]);
  return tokens;
}
