import { VtableNames, type ObjectClass } from '../../analysis/objectTypes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { type Address, type Memory, readPointer, tryRead } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { resolveName } from '../dt/index.ts';

/** A class with several bases has a vtable pointer for each: they are looked for in so many bytes where its size is not known. */
const LOOK_AHEAD = 256;
/** No class is larger: a damaged type record may say anything. */
const MAX_CLASS = 0x10000;

/** What all objects of a class have in common: vtable pointers at fixed offsets. */
export interface ObjectShape {
  readonly class: ObjectClass;
  /** the first one is at offset 0 */
  readonly vtables: readonly { readonly offset: number; readonly vtable: Address }[];
  /** the name that dt knows its type by, where the module's symbols have it */
  readonly typeName?: string;
}

/**
 * The shape of the object at an address, or of the object that a pointer there leads to. May throw `AwaitFirst` while
 * symbols load, and `NotAvailable` where no vtable stands at either.
 */
export function shapeOf(session: Session, address: Address): ObjectShape {
  const { pointerSize } = session.machine;
  const { memory } = session.target;
  const names = new VtableNames(session.target, session.symbols, pointerSize);
  const direct = classOf(names, memory, address, pointerSize);
  const pointed = tryRead(() => readPointer(memory, address, pointerSize));
  const object = direct ? address : pointed;
  const found = direct ?? (pointed === undefined ? undefined : classOf(names, memory, pointed, pointerSize));
  if (!found || object === undefined) {
    throw new NotAvailable(
      `Neither an object with a vtable nor a pointer to one is at 0x${address.toString(16)}`,
    );
  }
  const typeName = `${found.module.name}!${found.name}`;
  const type =
    found.by === 'address' ? undefined : resolveName(session, typeName, { typesOnly: true, prefix: false });
  const size = type?.kind === 'type' ? Math.min(type.type.size, MAX_CLASS) : LOOK_AHEAD;
  const vtables = [{ offset: 0, vtable: found.vtable }];
  for (let offset: number = pointerSize; offset + pointerSize <= size; offset += pointerSize) {
    const inner = classOf(names, memory, object + BigInt(offset), pointerSize);
    // the next object in memory may be of the same class: its first vtable ends this one
    if (!inner || (type === undefined && inner.vtable === found.vtable)) {
      if (inner) break;
      continue;
    }
    if (inner.name === found.name && inner.by !== 'address') vtables.push({ offset, vtable: inner.vtable });
  }
  return { class: found, vtables, typeName: type?.kind === 'type' ? typeName : undefined };
}

/** Whether an object of a shape begins at an address where its first vtable pointer was found. */
export function hasShape(memory: Memory, address: Address, shape: ObjectShape, pointerSize: 4 | 8): boolean {
  return shape.vtables.every(
    ({ offset, vtable }) =>
      tryRead(() => readPointer(memory, address + BigInt(offset), pointerSize)) === vtable,
  );
}

function classOf(
  names: VtableNames,
  memory: Memory,
  object: Address,
  pointerSize: 4 | 8,
): ObjectClass | undefined {
  const vtable = tryRead(() => readPointer(memory, object, pointerSize));
  // addresses above 2^53 are the kernel's
  return vtable === undefined || vtable >> 53n !== 0n ? undefined : names.classAt(Number(vtable));
}
