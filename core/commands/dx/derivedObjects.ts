import { completeObject, VtableNames, type ObjectClass } from '../../analysis/objectTypes/index.ts';
import { findCppBase, type CppNames, type CppValue } from '../../eval/index.ts';
import { readPointer, readU32, type Address, type Memory, tryRead } from '../../target/index.ts';
import { placedMembers, readValue, recordOf, type RecordType, unmodified } from '../../types/index.ts';
import { visualSource } from '../dt/index.ts';
import { objectOf } from '../numbers/index.ts';
import type { Session } from '../session.ts';

/** An object seen as the class that it is. */
interface WholeObject {
  readonly record: RecordType;
  readonly address: Address;
  readonly module?: string;
}

/**
 * The classes that objects are, where the program knows them by a base: by the vtable that they point to. A vtable
 * counts only where its class has the base: memory that was freed may hold any.
 *
 * Objects of a class that has no vtable pointer but that of a virtual base are shown by their static type.
 */
export class DerivedObjects {
  private vtables: { readonly names: VtableNames; readonly pointerSize: number } | undefined;
  /** vtable pointers within classes, in bytes; undefined for classes that have none */
  private readonly pointers = new Map<string, number | undefined>();
  private readonly types = new Map<ObjectClass, { record: RecordType; module?: string } | undefined>();

  constructor(private readonly session: Session) {}

  /** An object, or a pointer to one, as of the object's own class; others as they are. */
  of(value: CppValue): CppValue {
    const t = unmodified(value.type);
    if (t.kind === 'record') {
      const { place } = value;
      if (!place || place.inRegisters) return value;
      const whole = this.whole(t, place.address, value.module);
      if (!whole) return value;
      const { record: type, address, module } = whole;
      return { type, place: { ...place, address }, module };
    }
    if (t.kind !== 'pointer' || unmodified(t.target).kind !== 'record') return value;
    const declared = recordOf(t.target);
    const { type, address, memory, module } = objectOf(this.session, value);
    const read = declared && readValue(visualSource(this.session, module, memory), type, address);
    if (read?.kind !== 'pointer' || read.address === 0n) return value;
    const whole = this.whole(declared, read.address, module);
    if (!whole) return value;
    const target = t.target.kind === 'modifier' ? { ...t.target, base: whole.record } : whole.record;
    return { type: { ...t, target }, scalar: whole.address, module: whole.module };
  }

  private whole(
    declared: RecordType | undefined,
    address: Address,
    module: string | undefined,
  ): WholeObject | undefined {
    const { evaluator, target, machine } = this.session;
    const { operations, names } = evaluator.cpp('');
    if (!declared || !names) return undefined;
    const complete = (r: RecordType): RecordType => names.complete(r, module);
    const base = complete(declared);
    const pointerOffset = this.pointerOffset(base, module, complete);
    if (pointerOffset === undefined) return undefined;
    const { memory } = target;
    const { pointerSize } = machine;
    const at = operations.address(address + BigInt(pointerOffset));
    const vtable = tryRead(() => readPointer(memory, at, pointerSize));
    const found = vtable === undefined ? undefined : this.classes().classAt(Number(vtable));
    if (!found || found.by === 'address' || found.name === base.name) return undefined;
    const derived = this.typeOf(found, names);
    const completeDerived = (r: RecordType): RecordType => names.complete(r, derived?.module);
    const within = derived && findCppBase(derived.record, base.name, completeDerived);
    if (!derived || !within) return undefined;
    const start =
      startByRtti(memory, at, found.vtable, pointerSize) ??
      // without RTTI where the class has its base; where a virtual base lies is not known from below
      (within.kind === 'field' ? address - BigInt(within.offset) : undefined);
    return start === undefined ? undefined : { ...derived, address: operations.address(start) };
  }

  /** A WOW64 process has pointers of both sizes: which, the machine in effect says. */
  private classes(): VtableNames {
    const { target, symbols, machine } = this.session;
    const { pointerSize } = machine;
    if (this.vtables?.pointerSize !== pointerSize)
      this.vtables = { names: new VtableNames(target, symbols, pointerSize), pointerSize };
    return this.vtables.names;
  }

  private pointerOffset(
    record: RecordType,
    module: string | undefined,
    complete: (record: RecordType) => RecordType,
  ): number | undefined {
    const key = `${module ?? ''}!${record.name}`;
    if (this.pointers.has(key)) return this.pointers.get(key);
    const offset = placedMembers(record, complete).find((member) => member.kind === 'vftable')?.offset;
    this.pointers.set(key, offset);
    return offset;
  }

  private typeOf(found: ObjectClass, names: CppNames): { record: RecordType; module?: string } | undefined {
    if (this.types.has(found)) return this.types.get(found);
    const named = names.type(`${found.module.name}!${found.name}`);
    const record = named && recordOf(named.type);
    const module = named?.module;
    const type = record && { record: names.complete(record, module), module };
    this.types.set(found, type);
    return type;
  }
}

/** Where the whole object of a vtable pointer begins, as `dynamic_cast<void *>` finds it. */
function startByRtti(memory: Memory, at: Address, vtable: Address, pointerSize: 4 | 8): Address | undefined {
  const found = completeObject(memory, vtable, pointerSize);
  if (!found) return undefined;
  const { offset, displacementOffset } = found;
  const start = at - BigInt(offset);
  if (displacementOffset === 0) return start;
  const displacement = tryRead(() => readU32(memory, at - BigInt(displacementOffset)));
  return displacement === undefined ? undefined : start - BigInt.asIntN(32, BigInt(displacement));
}
