/**
 * The fields that a person asks dt for: `Ldr`, `Free*`, `Ldr.`, `Tail.Overlay.*`, `Segments[3]`, `Ldr->Length`.
 * A name before a period matches as a prefix (the manual: "Any field name followed by a period will be treated as a
 * prefix match"); periods at the end say how many levels to expand.
 */
import { compileWildcard, escapeWildcards } from '../../types/index.ts';

export interface FieldStep {
  matches(name: string): boolean;
  readonly index?: number;
}

export interface FieldSpec {
  /** as typed, without a closing `*`: dt aligns the names it prints to the longest of these */
  readonly text: string;
  readonly steps: readonly FieldStep[];
  /** levels to expand below what the steps lead to */
  readonly depth: number;
  /** elements of an array to print one a line: all, or so many */
  readonly elements?: number;
}

/** Reads one field argument. `prefix` is the -y before it; `elements` the -a. Names match with case ignored. */
export function parseFieldSpec(text: string, prefix: boolean, elements?: number): FieldSpec {
  const parts = text.replace(/->/g, '.').split('.');
  let depth = 0;
  while (parts.length > 1 && parts.at(-1) === '') {
    parts.pop();
    depth++;
  }
  const last = parts.length - 1;
  const steps = parts.map((part, i) => parseStep(part, prefix || i < last || depth > 0));
  return { text: text.replace(/\*+$/, ''), steps, depth, elements };
}

function parseStep(part: string, prefix: boolean): FieldStep {
  const indexed = /^(.*)\[(\d+)\]$/.exec(part);
  const name = indexed?.[1] ?? part;
  const index = indexed ? Number(indexed[2]) : undefined;
  if (/[*?#+[\]]/.test(name)) {
    const pattern = compileWildcard(name);
    return { matches: (n) => pattern.test(n), index };
  }
  const wanted = compileWildcard(escapeWildcards(name) + (prefix ? '*' : ''));
  return { matches: (n) => wanted.test(n), index };
}
