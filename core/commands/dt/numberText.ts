import { BASIC, pointerTo, type Type, unmodified, type Value } from '../../types/index.ts';
import { TYPEOPT } from '../settings.ts';

/** What `.typeopt` and `n` say about numbers. */
export interface NumberStyle {
  /** bits of `TYPEOPT` */
  readonly options: number;
  /** the default radix: 8, 10 or 16 */
  readonly radix: number;
}

const PREFIXES: Readonly<Record<number, string>> = { 8: '0t', 10: '0n', 16: '0x' };

/**
 * `.typeopt +longst` and `+radix`: a signed number as an unsigned one in the default radix; undefined where it stays as
 * it is. Bit fields and characters do.
 */
export function inDefaultRadix(value: Value, style: NumberStyle | undefined): string | undefined {
  if (!style || value.kind !== 'integer' || !value.signed || value.character !== undefined) return undefined;
  const { options, radix } = style;
  const wanted = (options & TYPEOPT.radix) !== 0 || ((options & TYPEOPT.longst) !== 0 && value.size === 4);
  if (!wanted) return undefined;
  return `${PREFIXES[radix] ?? '0x'}${BigInt.asUintN(value.size * 8, value.value).toString(radix)}`;
}

/** `.typeopt +uni`: 16-bit numbers behind pointers and in arrays are text. */
export function seenAsText(type: Type, options: number): Type {
  if ((options & TYPEOPT.uni) === 0) return type;
  const t = unmodified(type);
  if (t.kind === 'pointer' && isUnsignedShort(t.target) && (t.size === 4 || t.size === 8))
    return pointerTo(BASIC.wchar, t.size);
  if (t.kind !== 'array' || !isUnsignedShort(t.element)) return type;
  return { kind: 'array', count: t.count, size: t.size, element: BASIC.wchar };
}

function isUnsignedShort(type: Type): boolean {
  const t = unmodified(type);
  return t.kind === 'basic' && t.encoding === 'unsigned' && t.size === 2;
}
