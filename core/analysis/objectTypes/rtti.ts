import { undecorate } from '../../symbols/index.ts';
import { type Address, type Memory, readAsciiz, readPointer, readU32, tryRead } from '../../target/index.ts';

/** Names of classes are short; templates make them long. */
const MAX_NAME = 4096;
/** `signature` of a _RTTICompleteObjectLocator: addresses on x86, RVAs with the locator's own on 64-bit machines */
const SIGNATURE = { 4: 0, 8: 1 } as const;

/**
 * The class of a vtable by MSVC's run-time type information, undefined where it has none or the dump does not hold it.
 * The word in front of a vtable leads to a _RTTICompleteObjectLocator: signature, offset, cdOffset, type descriptor,
 * class hierarchy, and on 64-bit machines the locator's own RVA. A type descriptor holds two pointers and the name
 * (MSVC's rttidata.h; clang and the Microsoft C++ ABI follow it).
 */
export function classByRtti(memory: Memory, vtable: Address, pointerSize: 4 | 8): string | undefined {
  return tryRead(() => {
    const locator = readPointer(memory, vtable - BigInt(pointerSize), pointerSize);
    if (locator === 0n || readU32(memory, locator) !== SIGNATURE[pointerSize]) return undefined;
    const type = BigInt(readU32(memory, locator + 12n));
    // the locator's own RVA gives the base that RVAs are from
    const descriptor = pointerSize === 4 ? type : locator - BigInt(readU32(memory, locator + 20n)) + type;
    const name = readAsciiz(memory, descriptor + BigInt(2 * pointerSize), MAX_NAME);
    if (!name?.startsWith('.?A')) return undefined;
    const plain = undecorate(name);
    return plain === name ? undefined : plain.replace(/^(?:class|struct|union|enum) /, '');
  });
}
