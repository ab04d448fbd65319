import { describe, expect, it } from 'vitest';
import { compileWildcard, escapeWildcards, hasWildcards } from '../../core/types/index.ts';

const matches = (pattern: string, text: string, symbol = false): boolean =>
  compileWildcard(pattern, { symbol }).test(text);

describe('compileWildcard', () => {
  // pattern, matches, does not match: the examples of string-wildcard-syntax.md first
  it.each([
    [
      'Prog[er-t7]am',
      ['Progeam', 'Program', 'Progsam', 'Progtam', 'Prog7am'],
      ['Progam', 'Prograam', 'Prog-am'],
    ],
    ['Lo#p', ['Lp', 'Lop', 'Loop', 'Looop'], ['Lap', 'Loo']],
    ['m[ia]#n', ['mn', 'min', 'man', 'maan', 'main', 'mian', 'miin', 'miain'], ['men', 'mi']],
    ['Lo+p', ['Lop', 'Loop'], ['Lp']],
    ['m[ia]+n', ['min', 'miain'], ['mn']],
    ['a?+b', ['axb', 'axyzb'], ['ab']],
    ['a*b', ['ab', 'axb', 'abb'], ['abc', 'b']],
    ['Rtl*Heap*', ['RtlFreeHeap', 'RTLHEAPTRKINITIALIZE'], ['RtlFree', 'xRtlFreeHeap']],
    ['*a*a*', ['aa', 'xaxax'], ['a', 'bab']],
    ['ab*ab', ['abab', 'abxab'], ['ab', 'aba']],
    ['*', ['', 'anything'], []],
    ['?', ['x'], ['', 'xy']],
    ['operator\\*', ['operator*'], ['operator', 'operator**']],
    ['a\\[\\]', ['a[]'], ['a']],
    ['Close', ['close', 'CLOSE'], ['Closed']],
    ['a[', ['a['], ['a']],
    ['#a', ['#a'], ['a']],
  ])('%s', (pattern, yes, no) => {
    for (const text of yes) expect(matches(pattern, text), text).toBe(true);
    for (const text of no) expect(matches(pattern, text), text).toBe(false);
  });

  it('lets a leading underscore of a symbol stand for any number of them', () => {
    for (const name of ['main', '_main', '___main']) expect(matches('_main', name, true), name).toBe(true);
    expect(matches('_main', 'main')).toBe(false);
    expect(matches('_main', 'amain', true)).toBe(false);
  });

  it('lets case count where it is asked to', () => {
    for (const pattern of ['NtClose', 'Nt*', 'N[s-u]?lose', '*Close']) {
      const wildcard = compileWildcard(pattern, { caseSensitive: true });
      expect(wildcard.test('NtClose'), pattern).toBe(true);
      expect(wildcard.test('ntclose'), pattern).toBe(false);
    }
  });

  it('gives what an index can use', () => {
    expect(compileWildcard('NtClose').literal).toBe('ntclose');
    expect(compileWildcard('Rtl*Heap').prefix).toBe('rtl');
    expect(hasWildcards('a?b')).toBe(true);
    expect(hasWildcards('a\\?b')).toBe(false);
  });

  it('escapes any text to match itself', () => {
    for (const name of ['operator*', 'operator+=', 'f<int [4]>', 'a\\b', 'x#']) {
      expect(matches(escapeWildcards(name), name)).toBe(true);
      expect(compileWildcard(escapeWildcards(name)).literal).toBe(name);
    }
  });

  it('is not slowed by patterns that make backtracking matchers explode', () => {
    const text = 'a'.repeat(20_000);
    expect(matches('*a?*a?*a?*a?*a?*a?*a?*a?*b', text)).toBe(false);
    expect(matches('a#a#a#a#a#a#a#a#a#a#a#b', text)).toBe(false);
    expect(matches('[a]+[a]+[a]+[a]+[a]+[a]+[a]+b', text)).toBe(false);
  });
});
