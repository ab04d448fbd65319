import { undecorate } from '../../symbols/index.ts';
import { type Address, type Memory, readAsciiz, readPointer, readU32, tryRead } from '../../target/index.ts';

/** Names of classes are short; templates make them long. */
const MAX_NAME = 4096;
/** `signature` of a _RTTICompleteObjectLocator: addresses on x86, RVAs with the locator's own on 64-bit machines */
const SIGNATURE = { 4: 0, 8: 1 } as const;

/** What the run-time type information of a vtable says of the object that points to it. */
export interface CompleteObject {
  /** the class of the whole object: `ns::Circle` */
  readonly name: string;
  /** where the vtable pointer lies within the whole object, in bytes */
  readonly offset: number;
  /** how far in front of the vtable pointer a displacement to subtract stands; 0 but while virtual bases are built */
  readonly displacementOffset: number;
}

/** The class of a vtable by its run-time type information, undefined where it has none or the dump does not hold it. */
export function classByRtti(memory: Memory, vtable: Address, pointerSize: 4 | 8): string | undefined {
  return completeObject(memory, vtable, pointerSize)?.name;
}

/**
 * The whole object that a vtable is of, by MSVC's run-time type information, undefined where it has none or the dump
 * does not hold it. The word in front of a vtable leads to a _RTTICompleteObjectLocator: signature, offset, cdOffset,
 * type descriptor, class hierarchy, and on 64-bit machines the locator's own RVA. A type descriptor holds two pointers
 * and the name (MSVC's rttidata.h; clang and the Microsoft C++ ABI follow it).
 */
export function completeObject(
  memory: Memory,
  vtable: Address,
  pointerSize: 4 | 8,
): CompleteObject | undefined {
  return tryRead(() => {
    const locator = readPointer(memory, vtable - BigInt(pointerSize), pointerSize);
    if (locator === 0n || readU32(memory, locator) !== SIGNATURE[pointerSize]) return undefined;
    const offset = readU32(memory, locator + 4n);
    const displacementOffset = readU32(memory, locator + 8n);
    const type = BigInt(readU32(memory, locator + 12n));
    // the locator's own RVA gives the base that RVAs are from
    const descriptor = pointerSize === 4 ? type : locator - BigInt(readU32(memory, locator + 20n)) + type;
    const name = readAsciiz(memory, descriptor + BigInt(2 * pointerSize), MAX_NAME);
    if (!name?.startsWith('.?A')) return undefined;
    const plain = undecorate(name);
    if (plain === name) return undefined;
    return { name: plain.replace(/^(?:class|struct|union|enum) /, ''), offset, displacementOffset };
  });
}
