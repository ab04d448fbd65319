/** Finds type records by name: definitions through the hash of their names, and definitions of what is only declared. */
import { lazy } from './lazy.ts';
import { LeafCursor } from './leafCursor.ts';
import type { TypeStream } from './typeStream.ts';
import { readUdt, type UdtRecord } from './udtRecord.ts';

/** Declarations whose definitions are remembered; more are looked up again. */
const MAX_REMEMBERED = 100_000;

export class TypeNames {
  private readonly adjusted = lazy(() => this.types.adjusted());
  private readonly definitions = new Map<number, number | undefined>();
  /** types that the hash does not find by name: local ones, and all where there is no hash */
  private readonly unhashed = lazy(() => {
    const found = new Map<string, number>();
    const { hashed } = this.types;
    for (const { type, udt } of this.all()) if (!hashed || udt.scoped) found.set(udt.name, type);
    return found;
  });

  constructor(private readonly types: TypeStream) {}

  udt(type: number): UdtRecord | undefined {
    const cursor = this.types.record(type);
    return cursor && readUdt(cursor);
  }

  /** Number of the definition of this name; of several the one the linker would take. */
  find(name: string): number | undefined {
    return this.definition(name, (udt) => udt.name === name) ?? this.unhashed().get(name);
  }

  /** The definition of what `type` declares; undefined where there is none. */
  resolve(type: number, forward: UdtRecord): number | undefined {
    if (this.definitions.has(type)) return this.definitions.get(type);
    const same = (udt: UdtRecord): boolean =>
      udt.name === forward.name &&
      (udt.tag === 'union') === (forward.tag === 'union') &&
      (udt.tag === 'enum') === (forward.tag === 'enum') &&
      (udt.uniqueName === undefined ||
        forward.uniqueName === undefined ||
        udt.uniqueName === forward.uniqueName);
    let found = this.definition(forward.name, same);
    if (found === undefined && forward.uniqueName !== undefined)
      found = this.definition(forward.uniqueName, same);
    if (found === undefined && (!this.types.hashed || forward.scoped)) {
      const other = this.unhashed().get(forward.name);
      const udt = other === undefined ? undefined : this.udt(other);
      if (udt && same(udt)) found = other;
    }
    if (this.definitions.size < MAX_REMEMBERED) this.definitions.set(type, found);
    return found;
  }

  /** All definitions. */
  *all(): Generator<{ type: number; udt: UdtRecord }> {
    for (const { type, bytes } of this.types.records()) {
      const udt = readUdt(new LeafCursor(bytes));
      if (udt && !udt.forward) yield { type, udt };
    }
  }

  private definition(hashedName: string, same: (udt: UdtRecord) => boolean): number | undefined {
    let found: number | undefined;
    for (const type of this.types.candidates(hashedName)) {
      const udt = this.udt(type);
      if (!udt || udt.forward || !same(udt)) continue;
      if (this.adjusted().has(type)) return type;
      found ??= type;
    }
    return found;
  }
}
