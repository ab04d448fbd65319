import { undecorate, UNDNAME } from '../../symbols/index.ts';
import {
  readAsciiz,
  readStruct,
  tryRead,
  type Address,
  type Machine,
  type Memory,
} from '../../target/index.ts';

/** Longer type names than this are no names: MSVC cuts decorated names at 4096 characters. */
const MAX_NAME = 4096;

/**
 * How a module's C++ exception tables hold addresses: as they are on x86, as 32-bit RVAs from an image's base elsewhere
 * (Microsoft's ehdata.h: _EH_RELATIVE_TYPEINFO).
 */
export interface EhSpace {
  readonly memory: Memory;
  readonly machine: Machine;
  /** 0 where the tables hold addresses */
  readonly imageBase: Address;
}

/** A type as the tables name it. */
export interface CppType {
  /** of the type descriptor */
  readonly descriptor: Address;
  /** `.?AVruntime_error@std@@` */
  readonly decorated: string;
  /** `class std::runtime_error` */
  readonly name: string;
}

/** The address in a table's field; undefined for 0, which stands for none. */
export function ehAddress(space: EhSpace, field: number): Address | undefined {
  return field === 0 ? undefined : space.imageBase + BigInt(field >>> 0);
}

/** A type descriptor: a pointer to type_info's vftable, a spare pointer, and the decorated name. */
export function readTypeDescriptor(space: EhSpace, address: Address): CppType | undefined {
  const decorated = tryRead(() =>
    readAsciiz(space.memory, address + BigInt(space.machine.pointerSize * 2), MAX_NAME),
  );
  // every name of a type begins so, and holds nothing but printable characters
  if (decorated === undefined || !/^\.[\x21-\x7e]+$/.test(decorated)) return undefined;
  return { descriptor: address, decorated, name: typeName(decorated) };
}

/** `.?AVexception@std@@` as `class std::exception`, `.PEAD` as `char *`. */
export function typeName(decorated: string): string {
  if (decorated.startsWith('.?')) return undecorate(decorated, { flags: UNDNAME.noPtr64 });
  const plain = decorated.slice(1);
  const name = undecorate(plain, { flags: UNDNAME.typeOnly | UNDNAME.noPtr64 });
  return name === plain ? decorated : name;
}

/** Where a base class lies within an object (PMD of ehdata.h). */
export interface BasePlace {
  readonly mdisp: number;
  /** displacement of the pointer to the virtual base table; negative where the base is not virtual */
  readonly pdisp: number;
  readonly vdisp: number;
}

/** Address of a base class in an object; throws `MemoryUnreadable` where a virtual base table is not there. */
export function baseAddress(space: EhSpace, object: Address, place: BasePlace): Address {
  const { mdisp, pdisp, vdisp } = place;
  let address = object + BigInt(mdisp);
  if (pdisp >= 0) {
    const size = space.machine.pointerSize;
    const table = readStruct(space.memory, object + BigInt(pdisp), size).pointer(0, size);
    address += BigInt(pdisp) + BigInt(readStruct(space.memory, table + BigInt(vdisp), 4).i32(0));
  }
  return BigInt.asUintN(space.machine.pointerSize * 8, address);
}
