import { z } from 'zod';
import { messageOf } from '../client/messageOf.ts';
import { contrastRatio } from '../theme/contrastRatio.ts';
import type { Parsed } from './keymap.ts';

/** Colours by the names of tokens. */
export type OwnColours = ReadonlyMap<string, string>;

const coloursSchema = z.record(z.string(), z.string());
/** Canvases read colours themselves: they are written in one way. */
const COLOUR = /^#[0-9a-f]{6}$/i;
/** WCAG's AA for text. */
const AA = 4.5;
const GROUND = '--ground';

/** Reads `{ "--ground": "#101010", "--text": "#e0e0e0" }`; `tokenOf` gives the theme's own colour of a token. */
export function parseColours(
  text: string,
  tokenOf: (name: string) => string | undefined,
): Parsed<OwnColours> {
  const colours = new Map<string, string>();
  if (text.trim() === '') return { value: colours, problems: [] };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (e) {
    return { value: colours, problems: [`This is no JSON: ${messageOf(e)}`] };
  }
  const parsed = coloursSchema.safeParse(json);
  if (!parsed.success)
    return { value: colours, problems: ['Colours are an object: the name of a token, then #rrggbb.'] };
  const problems: string[] = [];
  for (const [name, colour] of Object.entries(parsed.data)) {
    if (!name.startsWith('--') || !tokenOf(name)) problems.push(`There is no colour ${name}.`);
    else if (!COLOUR.test(colour)) problems.push(`${name} is no colour: write #rrggbb.`);
    else colours.set(name, colour.toLowerCase());
  }
  return { value: colours, problems: [...problems, ...hardToRead(colours, tokenOf)] };
}

/** Texts that their ground makes hard to read, once one of both is the person's own. */
function hardToRead(colours: OwnColours, tokenOf: (name: string) => string | undefined): string[] {
  const inEffect = (name: string): string => colours.get(name) ?? tokenOf(name) ?? '';
  const ground = inEffect(GROUND);
  const names = colours.has(GROUND) ? ['--text', '--text-muted', ...colours.keys()] : [...colours.keys()];
  const texts = [...new Set(names)].filter((n) => /^--(?:text|data|error$|warning$|good$)/.test(n));
  return texts.flatMap((name) => {
    const ratio = contrastRatio(inEffect(name), ground);
    return ratio < AA
      ? [`${name} on ${GROUND} has a contrast of ${ratio.toFixed(1)}: below ${AA} it is hard to read.`]
      : [];
  });
}
