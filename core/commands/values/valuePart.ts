import { pointer, span, type Part } from '../../output/index.ts';
import type { Value } from '../../types/index.ts';

/** A value's text as part of a line: a pointer is a link where it leads somewhere, and what is not there looks so. */
export function valuePart(value: Value | undefined, text: string): Part {
  if (value === undefined || value.kind === 'missing') return span(text, 'missing');
  return value.kind === 'pointer' ? pointer(value.address, text) : text;
}
