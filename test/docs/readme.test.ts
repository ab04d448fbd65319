import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { withTable } from '../../scripts/makeCommandTable.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the README', () => {
  it('lists the commands that there are', async () => {
    const readme = readFileSync(resolve(ROOT, 'README.md'), 'utf8');
    const wanted = await format(withTable(readme), {
      parser: 'markdown',
      printWidth: 110,
      singleQuote: true,
    });
    expect(
      readme === wanted,
      'run npx tsx scripts/makeCommandTable.ts && npx prettier --write README.md',
    ).toBe(true);
  });
});
