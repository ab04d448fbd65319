import ts from 'typescript';
import type { JsonSchema } from './jsonSchema.ts';
import { propertyDoc } from './propertyDoc.ts';

/** What texts of a known form are, by the form as TypeScript writes it. */
const FORMS: ReadonlyMap<string, readonly [name: string, schema: JsonSchema]> = new Map([
  [
    '0x',
    [
      'hex',
      {
        description:
          'An address, an id or a 64-bit value: hexadecimal, lower case, without padding. A JSON number could not hold it.',
        type: 'string',
        pattern: '^0x[0-9a-f]+$',
      },
    ],
  ],
  [
    '-0x',
    [
      'negativeHex',
      {
        description: 'A negative 64-bit value: the sign, then its magnitude in hexadecimal.',
        type: 'string',
        pattern: '^-0x[0-9a-f]+$',
      },
    ],
  ],
]);

/** Types that hold anything: a schema made of one would say nothing. */
const ANYTHING = new Set(['JsonValue', 'JsonObject']);

/** Schemas that stand for types, by the type's name. */
export type Replacements = Readonly<Record<string, JsonSchema>>;

/**
 * Makes the schema of a type: what `JSON.stringify` writes of its values. Objects have the properties that are named and
 * no others; undefined is left out of objects, and is null in arrays. Throws for types that JSON has no form for, and
 * for those that admit anything.
 */
export function typeSchema(
  type: ts.Type,
  checker: ts.TypeChecker,
  replacements: Replacements = {},
): JsonSchema {
  const maker = new SchemaMaker(checker, replacements);
  const schema = maker.of(type, 'data');
  return Object.keys(maker.definitions).length === 0
    ? schema
    : { ...schema, $defs: sorted(maker.definitions) };
}

class SchemaMaker {
  readonly definitions: Record<string, JsonSchema> = {};
  /** types whose properties are being written, and the name of each that was met again within itself */
  private readonly open = new Map<ts.Type, string | undefined>();
  /** types that hold themselves, by their name in `definitions` */
  private readonly recursive = new Map<ts.Type, string>();

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly replacements: Replacements,
  ) {}

  of(type: ts.Type, path: string): JsonSchema {
    const { flags } = type;
    const replaced = this.replacements[nameOf(type)];
    if (replaced) return replaced;
    if (flags & ts.TypeFlags.StringLike && type.isStringLiteral()) return { const: type.value };
    if (type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.TemplateLiteral) return this.form(type as ts.TemplateLiteralType, path);
    if (flags & ts.TypeFlags.String) return { type: 'string' };
    if (flags & ts.TypeFlags.Number) return { type: 'number' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.isUnion()) return this.union(type, path);
    if (flags & ts.TypeFlags.Object || type.isIntersection()) return this.object(type, path);
    throw new Error(`${path} is ${this.checker.typeToString(type)}, which JSON has no form for`);
  }

  private form(type: ts.TemplateLiteralType, path: string): JsonSchema {
    const [head = '', ...rest] = type.texts;
    const known = rest.join('') === '' ? FORMS.get(head) : undefined;
    if (!known) throw new Error(`${path}: no pattern is known for ${this.checker.typeToString(type)}`);
    const [name, schema] = known;
    this.definitions[name] = schema;
    return { $ref: `#/$defs/${name}` };
  }

  private union(type: ts.UnionType, path: string): JsonSchema {
    this.refuseAnything(type, path);
    const present = type.types.filter((t) => !(t.flags & ts.TypeFlags.Undefined));
    const literals = present.filter((t) => t.flags & ts.TypeFlags.Literal);
    const values = literals.map((t) => this.of(t, path).const ?? null);
    const others = present.filter((t) => !literals.includes(t)).map((t) => this.of(t, path));
    const isBoolean = values.includes(true) && values.includes(false);
    const texts = values.filter((v) => !isBoolean || typeof v !== 'boolean').sort();
    const branches = [
      ...(isBoolean ? [{ type: 'boolean' } as const] : []),
      ...(texts.length === 1 ? [{ const: texts[0] ?? '' }] : texts.length > 1 ? [{ enum: texts }] : []),
      ...others,
    ];
    const [first] = branches;
    if (!first) throw new Error(`${path} has no value`);
    return branches.length === 1 ? first : { anyOf: distinct(branches) };
  }

  private object(type: ts.Type, path: string): JsonSchema {
    this.refuseAnything(type, path);
    if (this.checker.isTupleType(type)) return this.tuple(type as ts.TupleTypeReference, path);
    if (this.checker.isArrayType(type)) return this.array(type as ts.TypeReference, path);
    if (type.getCallSignatures().length > 0) throw new Error(`${path} is a function`);
    return this.written(type, path);
  }

  /** A type that holds itself is written once, and named after the property where it was met again. */
  private written(type: ts.Type, path: string): JsonSchema {
    if (this.open.has(type)) this.open.set(type, this.open.get(type) ?? this.newName(path));
    const known = this.open.get(type) ?? this.recursive.get(type);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    this.open.set(type, undefined);
    const schema = this.properties(type, path);
    const name = this.open.get(type);
    this.open.delete(type);
    if (name === undefined) return schema;
    this.recursive.set(type, name);
    this.definitions[name] = schema;
    return { $ref: `#/$defs/${name}` };
  }

  private newName(path: string): string {
    const name = /(\w+)\W*$/.exec(path)?.[1] ?? 'value';
    const taken = [...this.open.values(), ...this.recursive.values(), ...Object.keys(this.definitions)];
    return taken.includes(name) ? `${name}${taken.length}` : name;
  }

  private array(type: ts.TypeReference, path: string): JsonSchema {
    const [element] = this.checker.getTypeArguments(type);
    if (!element) throw new Error(`${path} is a list of nothing`);
    return { type: 'array', items: this.element(element, `${path}[]`) };
  }

  private tuple(type: ts.TupleTypeReference, path: string): JsonSchema {
    const elements = this.checker.getTypeArguments(type);
    return {
      type: 'array',
      prefixItems: elements.map((t, i) => this.element(t, `${path}[${i}]`)),
      minItems: elements.length,
      maxItems: elements.length,
    };
  }

  /** `JSON.stringify` writes null for what is undefined in a list. */
  private element(type: ts.Type, path: string): JsonSchema {
    const schema = this.of(type, path);
    return isOptional(type) ? { anyOf: [schema, { type: 'null' }] } : schema;
  }

  private properties(type: ts.Type, path: string): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const symbol of this.checker.getPropertiesOfType(type)) {
      const of = this.checker.getTypeOfSymbol(symbol);
      if (of.flags & ts.TypeFlags.Undefined) continue; // a union's other members have it
      const description = propertyDoc(symbol, this.checker);
      const schema = this.of(of, `${path}.${symbol.name}`);
      properties[symbol.name] = description === undefined ? schema : { description, ...schema };
      if (!(symbol.flags & ts.SymbolFlags.Optional) && !isOptional(of)) required.push(symbol.name);
    }
    const index = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return {
      type: 'object',
      properties,
      ...(required.length > 0 && { required: required.sort() }),
      additionalProperties: index ? this.of(index, `${path}[name]`) : false,
    };
  }

  private refuseAnything(type: ts.Type, path: string): void {
    const name = nameOf(type);
    if (ANYTHING.has(name)) throw new Error(`${path} may be anything: ${name}`);
  }
}

function nameOf(type: ts.Type): string {
  // an anonymous type has no symbol, whatever the declaration says
  const symbol = type.aliasSymbol ?? type.symbol;
  return symbol?.name ?? '';
}

function isOptional(type: ts.Type): boolean {
  const types = type.isUnion() ? type.types : [type];
  return types.some((t) => t.flags & ts.TypeFlags.Undefined);
}

function distinct(schemas: readonly JsonSchema[]): JsonSchema[] {
  return [...new Map(schemas.map((s) => [JSON.stringify(s), s])).values()];
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
