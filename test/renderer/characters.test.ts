import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = 'renderer';
/** U+2191 as the face's package writes it, or a range of such */
const RANGE = /U\+([0-9A-F]+)(?:-([0-9A-F]+))?/gi;

/** Characters of the bundled face, by its own package. */
function bundled(): (code: number) => boolean {
  const subsets = JSON.parse(
    readFileSync('node_modules/@fontsource/jetbrains-mono/unicode.json', 'utf8'),
  ) as Record<string, string>;
  const ranges = [...(subsets.latin ?? '').matchAll(RANGE)].map(([, first, last]) => {
    return [parseInt(first ?? '', 16), parseInt(last ?? first ?? '', 16)] as const;
  });
  expect(ranges.length).toBeGreaterThan(3);
  return (code) => ranges.some(([first, last]) => code >= first && code <= last);
}

/**
 * Those of WGL4, which the faces of Windows, macOS and Linux all have, as far as the page uses them; a check mark, which
 * WGL4 has not and the symbol faces of all of them have; and a Mac's names of keys, which a Mac alone is shown.
 */
const ELSEWHERE = new Set('←→≈●○▬▼►✓⌘⌥⇧');

describe('what the page writes', () => {
  it('has faces for its characters on every system: a box in the place of one tells nothing', () => {
    const isBundled = bundled();
    const strange = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:tsx?|css|html)$/.test(name))
      .flatMap((name) =>
        [...readFileSync(join(FOLDER, name), 'utf8')]
          .filter((c) => !isBundled(c.codePointAt(0) ?? 0) && !ELSEWHERE.has(c))
          .map((c) => `${name}: ${c}`),
      );
    expect(strange).toEqual([]);
  });
});
