import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { regionUses } from '../../renderer/addressSpace/regionUses.ts';
import type { HeapMap } from '../../core/protocol/pictures.ts';
import { coloursBySize, coloursByState, type Category } from '../../renderer/heapMap/blockColours.ts';
import { INK } from '../../renderer/picture/paintCells.ts';
import { contrastRatio } from '../../renderer/theme/contrastRatio.ts';

/** The tokens of a theme's file. */
function tokensOf(theme: string): ReadonlyMap<string, string> {
  const css = readFileSync(`renderer/theme/${theme}.css`, 'utf8');
  return new Map(
    [...css.matchAll(/(--[a-z-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', v = '']) => [name, v]),
  );
}

/** What is written in these colours anywhere in the page. */
const TEXTS = [
  '--text',
  '--text-muted',
  '--text-faint',
  '--data-address',
  '--data-symbol',
  '--data-guessed',
  '--data-module',
  '--data-type',
  '--data-file',
  '--data-missing',
  '--data-changed',
  '--accent',
  '--error',
  '--warning',
  '--good',
];
/** What it stands on. */
const GROUNDS = ['--ground', '--ground-raised', '--ground-hover', '--ground-selected'];
/** The terminal's palette (`terminalTheme`): the colours of spans on its ground and on a selection. */
const PAIRS = [
  ['--text', '--found'],
  ['--text', '--found-current'],
  ['--error', '--error-ground'],
  ['--text', '--error-ground'],
  ['--warning', '--warning-ground'],
  ['--text', '--warning-ground'],
  ['--data-address', '--warning-ground'],
  ['--accent-text', '--accent'],
  ['--text', '--ground-sunken'],
];
/** Borders of controls and the mark of the focus. */
const CONTROLS = ['--line-strong', '--focus', '--accent'];

type Drawn = Category & { readonly ink?: string };

const EMPTY_HEAP = {
  count: 0,
  states: ['busy', 'free', 'uncommitted', 'internal'],
  state: new Uint8Array(),
} as unknown as HeapMap;
const BLOCKS: Readonly<Record<'state' | 'size', readonly Category[]>> = {
  state: coloursByState(EMPTY_HEAP).categories,
  size: coloursBySize(EMPTY_HEAP).categories,
};

describe('contrast as WCAG 2.2 has it', () => {
  // values that its own examples and every checker give
  it.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#767676', '#ffffff', 4.54],
    ['#ff0000', '#ffffff', 4],
  ])('of %s on %s is %d', (a, b, ratio) => {
    expect(contrastRatio(a, b)).toBeCloseTo(ratio, 2);
    expect(contrastRatio(b, a)).toBeCloseTo(ratio, 2);
  });
});

describe.each(['light', 'dark', 'contrast'])('the %s theme', (theme) => {
  const tokens = tokensOf(theme);
  const colour = (name: string): string => tokens.get(name) ?? `no ${name}`;
  const below = (pairs: readonly (readonly string[])[], least: number): string[] =>
    pairs
      .map(([a = '', b = '']) => [`${a} on ${b}`, contrastRatio(colour(a), colour(b))] as const)
      .filter(([, ratio]) => !(ratio >= least))
      .map(([pair, ratio]) => `${pair}: ${ratio.toFixed(2)}`);

  it('has the tokens that the other themes have', () => {
    expect([...tokens.keys()]).toEqual([...tokensOf('light').keys()]);
  });

  it('has text that can be read, on every ground that it stands on', () => {
    const least = theme === 'contrast' ? 7 : 4.5;
    expect(
      below(
        TEXTS.flatMap((text) => GROUNDS.slice(0, 2).map((ground) => [text, ground])),
        least,
      ),
    ).toEqual([]);
    expect(
      below(
        TEXTS.flatMap((text) => GROUNDS.slice(2).map((ground) => [text, ground])),
        4.5,
      ),
    ).toEqual([]);
    expect(below(PAIRS, 4.5)).toEqual([]);
  });

  it('has controls whose borders are seen', () => {
    expect(
      below(
        CONTROLS.flatMap((c) => ['--ground', '--ground-raised'].map((g) => [c, g])),
        3,
      ),
    ).toEqual([]);
  });

  it('has uses of memory that stand out from the ground, by their colour or by the lines of their pattern', () => {
    // as patternFill mixes them
    const lines = (paper: string): string => {
      const mixed = [1, 3, 5].map((at) => {
        const [a = 0, b = 0] = [paper, colour('--text')].map((c) => Number.parseInt(c.slice(at, at + 2), 16));
        return Math.round(a * (1 - INK) + b * INK)
          .toString(16)
          .padStart(2, '0');
      });
      return `#${mixed.join('')}`;
    };
    const faint = [...regionUses, ...BLOCKS.state, ...BLOCKS.size]
      // the ground itself: where nothing is
      .filter(({ pattern }) => pattern !== 'none')
      .map(({ name, token, pattern, ink }: Drawn) => {
        const paper = colour(token);
        const drawn = pattern === 'solid' ? [paper] : [paper, ink ? colour(ink) : lines(paper)];
        return [name, Math.max(...drawn.map((c) => contrastRatio(c, colour('--ground'))))] as const;
      })
      .filter(([, ratio]) => ratio < 3)
      .map(([name, ratio]) => `${name}: ${ratio.toFixed(2)}`);
    expect(faint).toEqual([]);
  });
});

describe('what maps show', () => {
  it.each([
    ['regions', regionUses],
    ['states of blocks', BLOCKS.state],
    ['sizes of blocks', BLOCKS.size],
  ])('is told apart without colours: %s', (_, kinds) => {
    // a letter each
    const letters = kinds.filter((k) => k.pattern !== 'none').map((k) => k.letter);
    expect(letters).not.toContain('');
    expect(new Set(letters).size).toBe(letters.length);
    // and no two are drawn alike
    const drawn = kinds.map((k) => `${k.token} ${k.pattern}`);
    expect(new Set(drawn).size).toBe(drawn.length);
  });
});
