import {
  readStruct,
  tryRead,
  type Address,
  type ExceptionRecord,
  type Machine,
  type Memory,
} from '../../target/index.ts';
import { ExceptionCode } from './exceptionRecord.ts';
import { thrownValue } from './thrownValue.ts';
import { ehAddress, readTypeDescriptor, type BasePlace, type CppType, type EhSpace } from './cppTypes.ts';

/** EH_MAGIC_NUMBER1 to 3 (ehdata.h); pure managed code has its own. */
const MAGIC_FIRST = 0x19930520n;
const MAGIC_LAST = 0x19930523n;
const MAGIC_PURE = 0x01994000n;
/** Base classes of one thrown type: deeper than anyone derives. */
const MAX_TYPES = 256;

/** A type that a thrown object can be caught as. */
export interface CatchableType extends CppType {
  readonly isSimple: boolean;
  readonly byReferenceOnly: boolean;
  readonly isBadAlloc: boolean;
  readonly place: BasePlace;
  /** bytes of the object as this type */
  readonly size: number;
  readonly copyConstructor?: Address;
}

/** A C++ exception of Microsoft's compiler, by what its record leads to. */
export interface CppException {
  readonly magic: number;
  /** 0 where an exception is thrown again (`throw;`) */
  readonly object: Address;
  readonly throwInfo: Address;
  /** where the throwing module lies, on machines whose tables hold RVAs */
  readonly imageBase?: Address;
  /** const, volatile and the like of the thrown object */
  readonly attributes?: number;
  readonly destructor?: Address;
  /** what it can be caught as, the type itself first; empty where the tables are not in the dump */
  readonly types: readonly CatchableType[];
  /** what std::exception::what() returns */
  readonly what?: string;
  /** the value of a thrown number, text, or error code: `0n5`, `"text"`, `HRESULT 0x80004005` */
  readonly value?: string;
}

/**
 * The C++ exception of a record: code 0xE06D7363 with the magic number, the object and its ThrowInfo as parameters, and
 * where tables hold RVAs the image's base as the fourth (Microsoft's ehdata.h). Undefined for other records. What the
 * dump does not hold is left out.
 */
export function cppException(
  memory: Memory,
  machine: Machine,
  record: ExceptionRecord,
): CppException | undefined {
  const [magic, object, throwInfo, base] = record.parameters;
  if (record.code >>> 0 !== ExceptionCode.CppException) return undefined;
  if (magic === undefined || object === undefined || throwInfo === undefined) return undefined;
  const known = (magic >= MAGIC_FIRST && magic <= MAGIC_LAST) || magic === MAGIC_PURE;
  if (!known) return undefined;
  const space: EhSpace = { memory, machine, imageBase: base ?? 0n };
  const found = { magic: Number(magic), object, throwInfo, imageBase: base };
  if (throwInfo === 0n) return { ...found, types: [] };
  const info = tryRead(() => readStruct(memory, throwInfo, 16));
  if (!info) return { ...found, types: [] };
  const types = readTypes(space, ehAddress(space, info.u32(12)));
  return {
    ...found,
    attributes: info.u32(0),
    destructor: ehAddress(space, info.u32(4)),
    types,
    ...thrownValue(space, object, types),
  };
}

/** CatchableTypeArray: a count and as many references. */
function readTypes(space: EhSpace, array: Address | undefined): CatchableType[] {
  if (array === undefined) return [];
  const types: CatchableType[] = [];
  const count = tryRead(() => readStruct(space.memory, array, 4).u32(0)) ?? 0;
  for (let k = 0; k < Math.min(count, MAX_TYPES); k++) {
    const type = tryRead(() => {
      const reference = readStruct(space.memory, array + BigInt(4 + k * 4), 4).u32(0);
      const address = ehAddress(space, reference);
      return address === undefined ? undefined : readCatchableType(space, address);
    });
    if (!type) break;
    types.push(type);
  }
  return types;
}

function readCatchableType(space: EhSpace, address: Address): CatchableType | undefined {
  const r = readStruct(space.memory, address, 28);
  const descriptor = ehAddress(space, r.u32(4));
  const type = descriptor === undefined ? undefined : readTypeDescriptor(space, descriptor);
  if (!type) return undefined;
  const properties = r.u32(0);
  return {
    ...type,
    isSimple: (properties & 0x1) !== 0,
    byReferenceOnly: (properties & 0x2) !== 0,
    isBadAlloc: (properties & 0x10) !== 0,
    place: { mdisp: r.i32(8), pdisp: r.i32(12), vdisp: r.i32(16) },
    size: r.u32(20),
    copyConstructor: ehAddress(space, r.u32(24)),
  };
}
