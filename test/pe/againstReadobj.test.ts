/** Every image of the corpus, read by us and by llvm-readobj: headers, sections and tables agree field by field. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { corpusFile, corpusList, hasCorpus } from '../corpus.ts';
import { compareWithReadobj } from './compareWithReadobj.ts';
import { hasReadobj } from './readobj.ts';

function images(): string[] {
  const lab = corpusList('lab')
    .filter((name) => !name.includes('.'))
    .flatMap((folder) => corpusList(`lab/${folder}`).map((name) => `lab/${folder}/${name}`));
  const wine = ['x86', 'x64'].flatMap((arch) =>
    corpusList(`images/wine-8.0-${arch}`).map((name) => `images/wine-8.0-${arch}/${name}`),
  );
  return [...lab, ...wine].filter((name) => /\.(exe|dll)(\.gz)?$/.test(name));
}

describe.skipIf(!hasCorpus)('image files of the corpus', () => {
  it.skipIf(!hasReadobj)('say what llvm-readobj says of them (skipped where it is not installed)', () => {
    const files = images();
    expect(files.length).toBeGreaterThan(50);
    for (const name of files) {
      const file = corpusFile(name);
      const image = PeImage.fromFile(new BufferSource(readFileSync(file), name));
      compareWithReadobj(image, file, name);
      expect(image.problems, name).toEqual([]);
    }
  });
});
