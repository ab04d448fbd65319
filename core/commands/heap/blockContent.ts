import { CONTENT_BYTES, contentKind, type VtableNames } from '../../analysis/objectTypes/index.ts';
import type { HeapBlock } from '../../heap/index.ts';
import { type Memory, readPointer, readUpTo, tryRead } from '../../target/index.ts';

/**
 * What the debugger prints below a block of `-flt`, `-srch` and `-p -a`: the vtable that its first word points to, or
 * what its first bytes look like; undefined where nothing can be said.
 */
export function contentLine(
  memory: Memory,
  names: VtableNames,
  block: HeapBlock,
  pointerSize: 4 | 8,
): string | undefined {
  const { user } = block;
  if (user === undefined) return undefined;
  const first = tryRead(() => readPointer(memory, user, pointerSize));
  const known = first === undefined ? undefined : names.classAt(Number(first));
  if (known)
    return known.by === 'address'
      ? `unknown!${known.name}`
      : `${known.module.name}!${known.name}::\`vftable'`;
  switch (contentKind(readUpTo(memory, user, Math.min(CONTENT_BYTES, block.userSize ?? CONTENT_BYTES)))) {
    case 'text':
    case 'UTF-16 text':
      return 'unknown!printable';
    case 'fill pattern':
      return 'unknown!fillpattern';
    default:
      return undefined;
  }
}
