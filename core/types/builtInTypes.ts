import type { BuiltInLayout } from './loadLayout.ts';
import { parseDefinition } from './layoutText.ts';
import type { EnumType, RecordType, Type, TypeSource } from './model.ts';
import { compileWildcard } from './wildcard.ts';

/** The types of one built-in Windows layout. A definition is read when it is first asked for. */
export class BuiltInTypes implements TypeSource {
  readonly origin: string;
  readonly pointerSize: 4 | 8;
  private readonly definitions: ReadonlyMap<string, string>;
  private readonly derived: ReadonlySet<string>;
  private readonly parsed = new Map<string, RecordType | EnumType>();

  constructor(readonly layout: BuiltInLayout) {
    this.origin = `built-in layout ${layout.name}`;
    this.pointerSize = layout.pointerSize;
    this.definitions = new Map(Object.entries(layout.types));
    this.derived = new Set(layout.derived);
  }

  find(name: string): RecordType | EnumType | undefined {
    const known = this.parsed.get(name);
    if (known) return known;
    const text = this.definitions.get(name);
    if (text === undefined) return undefined;
    const type = parseDefinition(name, text, this);
    this.parsed.set(name, type);
    return type;
  }

  *names(pattern: string): Iterable<string> {
    const wanted = compileWildcard(pattern);
    for (const name of this.definitions.keys()) if (wanted.test(name)) yield name;
  }

  /** Whether a type is a guess: taken from a neighbouring build, or worked out, not read from this build's symbols. */
  isDerived(name: string): boolean {
    return this.derived.has(name);
  }

  /** Where a type was read: the collected source's own words. */
  sourceOf(name: string): string | undefined {
    return this.definitions.has(name) ? this.layout.sources[this.layout.sourceOf[name] ?? 0] : undefined;
  }

  named(name: string, size: number): Type {
    const type = this.find(name);
    if (type && (size === 0 || type.size === size)) return type;
    // a field whose type is of another size in this build, or not in the layout at all
    return { kind: 'record', tag: 'struct', name, size, forward: true, members: [] };
  }
}
