import { UsageError } from '../../../errors/index.ts';
import type { NumberFormat } from './modelText.ts';

export interface DxArguments {
  /** as typed, with the format specifier: the heading repeats it */
  readonly heading: string;
  readonly expression: string;
  /** levels of members; 1 unless -r says otherwise */
  readonly depth: number;
  /** -n and `,!`: members, and no content of the C++ library's objects */
  readonly raw: boolean;
  readonly format: NumberFormat;
  /** `,5`: elements behind a pointer, of an array or container */
  readonly count?: number;
}

/** What -r takes at most: a structure has thousands of members five levels down. */
const MAX_DEPTH = 16;

const OPTION = /^-(r\d*|n|v|g[c]?\s*\d*|c\s*\d+|id|[?h])(?:\s+|$)/i;
const SPECIFIER = /,\s*(x|d|o|b|en|c|sb?|s8b?|sub?|!|nd|\d{1,9})\s*$/;

/** Reads the line of dx. Throws `UsageError` for options of the debugger's object model, which is not here. */
export function parseDx(text: string): DxArguments {
  let rest = text.trim();
  let depth = 1;
  let raw = false;
  for (let found = OPTION.exec(rest); found; found = OPTION.exec(rest)) {
    const option = (found[1] ?? '').toLowerCase();
    if (option.startsWith('r')) depth = Math.min(option === 'r' ? 1 : Number(option.slice(1)), MAX_DEPTH);
    else if (option === 'n') raw = true;
    else if (option !== 'v')
      throw new UsageError(`dx: -${option} is not here: dx [-rN] [-n] expression[,format]`);
    rest = rest.slice(found[0].length);
  }
  if (rest === '') throw new UsageError('dx takes a C++ expression: dx -r1 @$peb');
  let expression = rest;
  let format: NumberFormat;
  let count: number | undefined;
  for (let found = SPECIFIER.exec(expression); found; found = SPECIFIER.exec(expression)) {
    const specifier = found[1] ?? '';
    if (/^\d+$/.test(specifier)) count = Number(specifier);
    else if (specifier === '!') raw = true;
    else if (specifier === 'x' || specifier === 'd' || specifier === 'o' || specifier === 'b')
      format = specifier;
    expression = expression.slice(0, found.index);
  }
  return { heading: rest, expression, depth, raw, format, ...(count !== undefined && { count }) };
}
