import type { ByteReader } from '../bytes/index.ts';
import { type Type, unmodified } from './model.ts';

/** How the bytes of a scalar become a number. Sizes in bytes, positions in bits. */
export interface ScalarForm {
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  /** of a bit field */
  readonly bits?: { readonly position: number; readonly length: number };
}

const SIZES: ReadonlySet<number> = new Set([1, 2, 4, 8]);

function isScalarSize(size: number): size is ScalarForm['size'] {
  return SIZES.has(size);
}

/** How to read an integer, enum, bit field or pointer; undefined for types that are none of these. */
export function scalarForm(type: Type): ScalarForm | undefined {
  const t = unmodified(type);
  const { size } = t;
  switch (t.kind) {
    case 'bit field': {
      const of = unmodified(t.base);
      const base = of.kind === 'basic' || of.kind === 'enum' ? scalarForm(of) : undefined;
      const { position, length } = t;
      if (!base || !isScalarSize(size) || length < 1 || position < 0 || position + length > size * 8)
        return undefined;
      return { size, signed: base.signed, bits: { position, length } };
    }
    case 'enum':
      return isScalarSize(size) ? { size, signed: t.underlying.encoding === 'signed' } : undefined;
    case 'pointer':
      return isScalarSize(size) ? { size, signed: false } : undefined;
    case 'basic': {
      const whole = t.encoding !== 'float' && t.encoding !== 'void' && t.encoding !== 'none';
      const signed =
        t.encoding === 'signed' || t.encoding === 'hresult' || (t.encoding === 'char' && t.name === 'Char');
      return whole && isScalarSize(size) ? { size, signed } : undefined;
    }
    default:
      return undefined;
  }
}

/** A scalar of at most 32 bits. */
export function readSmallScalar(reader: ByteReader, offset: number, form: ScalarForm): number {
  const { size, signed, bits } = form;
  if (bits && size < 8) {
    const raw = size === 1 ? reader.u8(offset) : size === 2 ? reader.u16(offset) : reader.u32(offset);
    const { position, length } = bits;
    const top = 32 - length;
    const shifted = (raw >>> position) << top;
    return signed ? shifted >> top : shifted >>> top;
  }
  if (size === 8) return Number(readScalar(reader, offset, form));
  if (size === 4) return signed ? reader.i32(offset) : reader.u32(offset);
  if (size === 2) return signed ? reader.i16(offset) : reader.u16(offset);
  return signed ? reader.i8(offset) : reader.u8(offset);
}

/** A scalar of any size: zero-extended, signed types sign-extended. */
export function readScalar(reader: ByteReader, offset: number, form: ScalarForm): bigint {
  if (form.size < 8) return BigInt(readSmallScalar(reader, offset, form));
  const { signed, bits } = form;
  if (!bits) return signed ? reader.i64(offset) : reader.u64(offset);
  const raw = reader.u64(offset) >> BigInt(bits.position);
  return signed ? BigInt.asIntN(bits.length, raw) : BigInt.asUintN(bits.length, raw);
}
