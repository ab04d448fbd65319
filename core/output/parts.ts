import { formatFlat } from './numbers.ts';
import type { Part } from './output.ts';
import { pointer, type Pointer } from './span.ts';

/** A line of a template whose values may be spans: parts`CritSec ${name} at ${flatPointer(address, 8)}`. */
export function parts(texts: TemplateStringsArray, ...values: readonly (Part | number)[]): Part[] {
  return texts.flatMap((text, i): Part[] => {
    const value = values[i];
    if (value === undefined) return [text];
    return [text, typeof value === 'number' ? String(value) : value];
  });
}

/** An address as extensions print it (`formatFlat`), and a link where it leads somewhere. */
export function flatPointer(address: bigint, pointerSize: 4 | 8, command?: string): Pointer {
  return pointer(address, formatFlat(address, pointerSize), command);
}
