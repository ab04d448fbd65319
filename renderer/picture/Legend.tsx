import { patternBackground, paintOf } from './patternFill.ts';
import type { Pattern } from './paintCells.ts';
import type { Tokens } from './useTokens.ts';

export interface LegendItem {
  readonly name: string;
  readonly token: `--${string}`;
  readonly pattern: Pattern;
  readonly letter?: string;
  /** the token of the pattern's lines, where they are not those of all patterns */
  readonly ink?: `--${string}`;
}

/** What colours and patterns of a picture mean. */
export function Legend({
  items,
  tokens,
}: {
  readonly items: readonly LegendItem[];
  readonly tokens: Tokens | undefined;
}) {
  return (
    <ul className="picture-legend" aria-label="Legend">
      {items.map(({ name, token, pattern, letter, ink }) => (
        <li key={name}>
          <span
            className="picture-swatch"
            aria-hidden="true"
            style={tokens && { background: patternBackground(paintOf(tokens, token, pattern, { ink })) }}
          />
          {letter ? `${letter} ${name}` : name}
        </li>
      ))}
    </ul>
  );
}
