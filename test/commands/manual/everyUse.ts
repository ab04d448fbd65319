import type { Form } from './forms.ts';
import type { Use, Uses } from './use.ts';
import { heapUses } from './uses/heapUses.ts';
import { languageUses } from './uses/languageUses.ts';
import { memoryUses } from './uses/memoryUses.ts';
import { processUses } from './uses/processUses.ts';
import { rareUses } from './uses/rareUses.ts';
import { stackUses } from './uses/stackUses.ts';
import { symbolUses } from './uses/symbolUses.ts';

/** How each form of tiers A and B is typed, and each of its options. */
export const USES: Uses = {
  ...heapUses,
  ...memoryUses,
  ...stackUses,
  ...processUses,
  ...symbolUses,
  ...languageUses,
};

/** The list gives the options of a family to each of its forms: they are tried once. */
function familyOf(name: string): string {
  if (/^!heap\b/.test(name)) return '!heap';
  if (/^lm/.test(name)) return 'lm';
  if (/^k/.test(name)) return 'k';
  if (/^u[bu]?$/.test(name)) return 'u';
  if (/^d[pdq][spau]$/.test(name)) return 'dp';
  return /^d[a-zA-Z]?$/.test(name) && !/^d[vtxlSs]$/.test(name) ? 'd' : name;
}

/** The keys in `USES` of a form and its options. */
export function keysOf({ name, options }: Form): readonly string[] {
  return [name, ...(options ?? []).map((option) => `${familyOf(name)} ${option}`)];
}

/** All lines, each once; those of rare commands with them. */
export function everyUse(): readonly Use[] {
  const all = [...Object.values(USES), ...Object.values(rareUses)].flatMap((u) =>
    typeof u === 'string' ? [] : u,
  );
  return [...new Map(all.map((u) => [`${u.on} ${u.line}`, u])).values()];
}
