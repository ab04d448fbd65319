/**
 * The compact text of the built-in layouts (core/types/layouts, written by scripts/makeLayouts.ts):
 *
 *     definition = record | "e" basic { " " name "=" value }          an enum over a basic type
 *     record     = ("s" | "n") size { " " names [place] ":" type [ "~" size ] }   struct or union, size in bytes
 *     names      = name { "," name }                                  neighbours of one type
 *     place      = "^" | "@" hex                the first name has the offset of the field before; has this offset
 *     type       = basic | "*" type | "[" count "]" type
 *                | basic "." position "." length                      a bit field
 *                | "." length                                         the next bits of the bit field before
 *                | "{" tag " " record "}" | "(" tag " " basic { " " name "=" value } ")"
 *                | name                                               of a type of this file, or of a foreign one
 *     basic      = u1 u2 u4 u8 i2 i4 i8 c (Char) w (Wchar) v (Void) f (a function)
 *
 * A field without a place follows the one before. "~" gives the size where the type does not tell it.
 */
import { BadFormat } from '../errors/index.ts';
import { BASIC } from './basicTypes.ts';
import type {
  ArrayType,
  BasicType,
  BitFieldType,
  EnumType,
  FieldMember,
  PointerType,
  ProcedureType,
  RecordType,
  Type,
} from './model.ts';

const BASICS: Readonly<Record<string, BasicType>> = {
  u1: BASIC.uchar,
  u2: BASIC.uint2,
  u4: BASIC.uint4,
  u8: BASIC.uint8,
  i2: BASIC.int2,
  i4: BASIC.int4,
  i8: BASIC.int8,
  c: BASIC.char,
  w: BASIC.wchar,
  v: BASIC.void,
};

const FUNCTION: ProcedureType = {
  kind: 'procedure',
  returns: BASIC.void,
  parameters: [],
  variadic: false,
  size: 0,
};

/** What a definition's text refers to: the other types of its layout, by name. */
export interface LayoutScope {
  readonly pointerSize: 4 | 8;
  /** The type of this name; where the layout has none, a forward reference of `size` bytes. */
  named(name: string, size: number): Type;
}

/** A pointer whose target is looked up when asked for: types may be cyclic. */
class LayoutPointer implements PointerType {
  readonly kind = 'pointer';
  readonly mode = 'pointer';

  constructor(
    readonly size: 4 | 8,
    private readonly resolve: () => Type,
  ) {}

  get target(): Type {
    return this.resolve();
  }
}

/** A record whose fields are read from its text when first asked for. */
class LayoutRecord implements RecordType {
  readonly kind = 'record';
  readonly forward = false;
  readonly tag: 'struct' | 'union';
  readonly size: number;
  private parsed: readonly FieldMember[] | undefined;

  constructor(
    readonly name: string,
    private readonly text: string,
    private readonly scope: LayoutScope,
  ) {
    const head = /^([sn])(\d+)(?: |$)/.exec(text);
    if (!head) throw new BadFormat(`layout of ${name}: no record: ${text.slice(0, 20)}`);
    this.tag = head[1] === 'n' ? 'union' : 'struct';
    this.size = Number(head[2]);
  }

  get members(): readonly FieldMember[] {
    return (this.parsed ??= new FieldParser(this.text, this.scope).fields());
  }
}

/** The type that a definition's text describes. Fields of a record are read when first asked for. */
export function parseDefinition(name: string, text: string, scope: LayoutScope): RecordType | EnumType {
  return text.startsWith('e') ? enumOf(name, text.slice(1)) : new LayoutRecord(name, text, scope);
}

function enumOf(name: string, text: string): EnumType {
  const [base = '', ...enumerators] = text.split(' ');
  const underlying = BASICS[base];
  if (!underlying) throw new BadFormat(`layout of ${name}: no integer type: ${base}`);
  return {
    kind: 'enum',
    name,
    underlying,
    size: underlying.size,
    enumerators: enumerators.map((text) => {
      const at = text.indexOf('=');
      return { name: text.slice(0, at), value: BigInt(text.slice(at + 1)) };
    }),
  };
}

class FieldParser {
  private at: number;

  constructor(
    private readonly text: string,
    private readonly scope: LayoutScope,
  ) {
    const space = text.indexOf(' ');
    this.at = space < 0 ? text.length : space + 1;
  }

  fields(): FieldMember[] {
    const fields: FieldMember[] = [];
    let start = 0;
    let next = 0;
    let bits: BitFieldType | undefined;
    while (this.at < this.text.length) {
      const names = this.until(/[:^@]/g).split(',');
      const place = this.text[this.at++];
      if (place === '^') next = start;
      if (place === '@') next = Number.parseInt(this.until(/:/g), 16);
      if (place !== ':') this.at++;
      const more = this.text[this.at] === '.';
      const text = this.typeText();
      const [bare = '', sizeText] = splitSize(text);
      const size = sizeText === undefined ? undefined : Number(sizeText);
      for (const name of names) {
        let type: Type;
        if (more) {
          if (!bits) throw new BadFormat(`layout: ${name} continues no bit field`);
          bits = { ...bits, position: bits.position + bits.length, length: Number(bare.slice(1)) };
          type = bits;
        } else {
          type = this.type(bare, size);
          bits = type.kind === 'bit field' ? type : undefined;
          start = next;
        }
        fields.push({ kind: 'field', name, offset: start, type });
        next = start + (size ?? type.size);
      }
    }
    return fields;
  }

  private until(stop: RegExp): string {
    stop.lastIndex = this.at;
    const end = stop.exec(this.text)?.index ?? this.text.length;
    const text = this.text.slice(this.at, end);
    this.at = end;
    return text;
  }

  /** The text up to the space that ends the field, over spaces within brackets. */
  private typeText(): string {
    const start = this.at;
    for (let depth = 0; this.at < this.text.length; this.at++) {
      const c = this.text[this.at];
      if (c === '{' || c === '(') depth++;
      else if (c === '}' || c === ')') depth--;
      else if (c === ' ' && depth === 0) break;
    }
    return this.text.slice(start, this.at++);
  }

  private type(text: string, size: number | undefined): Type {
    const { scope } = this;
    const basic = BASICS[text];
    if (basic) return basic;
    if (text === 'f') return FUNCTION;
    if (text.startsWith('*')) {
      const target = text.slice(1);
      return new LayoutPointer(scope.pointerSize, () => this.type(target, undefined));
    }
    const array = /^\[(\d+)\](.*)$/.exec(text);
    if (array) return arrayOf(this.type(array[2] ?? '', undefined), Number(array[1]));
    const bits = /^(\w+)\.(\d+)\.(\d+)$/.exec(text);
    if (bits) return bitsOf(bits[1] ?? '', Number(bits[2]), Number(bits[3]), size);
    const nested = /^[{(](\S*) (.*)[})]$/.exec(text);
    if (nested) {
      const [, tag = '', body = ''] = nested;
      return text.startsWith('(') ? enumOf(tag, body) : new LayoutRecord(tag, body, scope);
    }
    return scope.named(text, size ?? 0);
  }
}

/** `text~4` as text and size; the mark stands after any bracket. */
function splitSize(text: string): [text: string, size?: string] {
  const match = /^(.*)~(\d+)$/.exec(text);
  return match ? [match[1] ?? '', match[2]] : [text];
}

function arrayOf(element: Type, count: number): ArrayType {
  return { kind: 'array', element, count, size: element.size * count };
}

function bitsOf(base: string, position: number, length: number, size: number | undefined): BitFieldType {
  const type = BASICS[base];
  if (!type) throw new BadFormat(`layout: a bit field of ${base}`);
  return { kind: 'bit field', base: type, position, length, size: size ?? type.size };
}
