import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpusFile, corpusList, hasCorpus } from './corpus.ts';

describe.skipIf(!hasCorpus)('the corpus', () => {
  it('inflates every public dump to a file that begins with MDMP', () => {
    const names = corpusList('public/dumps');
    expect(names.length).toBe(44);
    for (const name of names) {
      expect(readFileSync(corpusFile(`public/dumps/${name}`)).toString('latin1', 0, 4), name).toBe('MDMP');
    }
  });
});
