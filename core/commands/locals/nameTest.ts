import { compileWildcard } from '../../types/index.ts';

/** Whether a variable's name matches a pattern. */
export function nameTest(pattern: string): (variable: { readonly name: string }) => boolean {
  const wildcard = compileWildcard(pattern, { symbol: true });
  return ({ name }) => wildcard.test(name);
}
