import { type RefObject, useLayoutEffect, useState } from 'react';
import { readTokens, THEME_CHANGE } from '../theme/readTokens.ts';

export type Tokens = (name: `--${string}`) => string;

/** The theme's tokens at an element, again when the theme changes; undefined before it is there. */
export function useTokens(ref: RefObject<Element | null>): Tokens | undefined {
  const [tokens, setTokens] = useState<Tokens>();
  useLayoutEffect(() => {
    const read = (): void => {
      if (ref.current) {
        const found = readTokens(ref.current);
        setTokens(() => found);
      }
    };
    read();
    document.addEventListener(THEME_CHANGE, read);
    return () => document.removeEventListener(THEME_CHANGE, read);
  }, [ref]);
  return tokens;
}
