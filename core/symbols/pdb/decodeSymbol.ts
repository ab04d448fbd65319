/**
 * Symbol records from their bytes. Layouts: cvinfo.h of microsoft-pdb. A record is { u16 length of the rest, u16 kind,
 * fields }; names are last.
 */
import { OutOfBounds } from '../../errors/index.ts';
import { LeafCursor } from './leafCursor.ts';
import { hasCountedName, S } from './symbolKind.ts';
import type {
  DataSymbol,
  PdbSymbol,
  Placed,
  ProcedureSymbol,
  ReferenceSymbol,
  Scope,
} from './symbolRecord.ts';

/** The record in `bytes` (from its length field on); undefined where it is too short for its kind. */
export function decodeSymbol(bytes: Uint8Array): PdbSymbol | undefined {
  try {
    const cursor = new LeafCursor(bytes, 2);
    return decode(cursor, cursor.u16());
  } catch (thrown) {
    if (thrown instanceof OutOfBounds) return undefined;
    throw thrown;
  }
}

function decode(c: LeafCursor, kind: number): PdbSymbol {
  const counted = hasCountedName(kind);
  switch (kind) {
    case S.END:
    case S.INLINESITE_END:
    case S.PROC_ID_END:
      return { is: 'end', kind };

    case S.GPROC32:
    case S.GPROC32_ID:
    case S.GPROC32_ST:
    case S.LPROC32:
    case S.LPROC32_ID:
    case S.LPROC32_ST:
    case S.LPROC32_DPC:
    case S.LPROC32_DPC_ID:
      return procedure(c, kind, counted);

    case S.GDATA32:
    case S.GDATA32_ST:
      return data(c, counted, true, false);
    case S.LDATA32:
    case S.LDATA32_ST:
      return data(c, counted, false, false);
    case S.GTHREAD32:
    case S.GTHREAD32_ST:
      return data(c, counted, true, true);
    case S.LTHREAD32:
    case S.LTHREAD32_ST:
      return data(c, counted, false, true);

    case S.PUB32:
    case S.PUB32_ST: {
      const flags = c.u32();
      return { is: 'public', flags, offset: c.u32(), section: c.u16(), name: c.name(counted) };
    }
    case S.CONSTANT:
    case S.CONSTANT_ST:
    case S.MANCONSTANT:
      return { is: 'constant', type: c.u32(), value: c.numeric(), name: c.name(counted) };
    case S.UDT:
    case S.UDT_ST:
    case S.COBOLUDT:
    case S.COBOLUDT_ST:
      return { is: 'udt', type: c.u32(), name: c.name(counted) };

    case S.PROCREF:
    case S.PROCREF_ST:
      return reference(c, 'procedure', false, counted);
    case S.LPROCREF:
    case S.LPROCREF_ST:
      return reference(c, 'procedure', true, counted);
    case S.DATAREF:
    case S.DATAREF_ST:
      return reference(c, 'data', false, counted);
    case S.ANNOTATIONREF:
      return reference(c, 'annotation', false, counted);

    case S.THUNK32:
    case S.THUNK32_ST: {
      const scope = scopeOf(c);
      c.skip(4); // next
      const place = placeOf(c);
      return { is: 'thunk', ...scope, ...place, size: c.u16(), ordinal: c.u8(), name: c.name(counted) };
    }
    case S.TRAMPOLINE: {
      c.skip(2); // incremental or branch island
      const size = c.u16();
      const thunk = c.u32();
      const target = c.u32();
      return {
        is: 'trampoline',
        size,
        thunk: { offset: thunk, section: c.u16() },
        target: { offset: target, section: c.u16() },
      };
    }
    case S.BLOCK32:
    case S.BLOCK32_ST: {
      const scope = scopeOf(c);
      const size = c.u32();
      return { is: 'block', ...scope, size, ...placeOf(c), name: c.name(counted) };
    }
    case S.LABEL32:
    case S.LABEL32_ST:
      return { is: 'label', ...placeOf(c), flags: c.u8(), name: c.name(counted) };
    case S.SEPCODE: {
      const scope = scopeOf(c);
      const size = c.u32();
      const flags = c.u32();
      const offset = c.u32();
      const parentOffset = c.u32();
      const section = c.u16();
      const of = { offset: parentOffset, section: c.u16() };
      return { is: 'separated code', ...scope, size, flags, offset, section, of };
    }
    case S.COFFGROUP: {
      const size = c.u32();
      const characteristics = c.u32();
      return { is: 'coff group', size, characteristics, ...placeOf(c), name: c.name(counted) };
    }
    case S.SECTION: {
      const number = c.u16();
      c.skip(2); // alignment, reserved
      return {
        is: 'section',
        number,
        rva: c.u32(),
        size: c.u32(),
        characteristics: c.u32(),
        name: c.name(counted),
      };
    }
    default:
      return decodeLocal(c, kind, counted);
  }
}

/** Records that describe variables and frames within a procedure. */
function decodeLocal(c: LeafCursor, kind: number, counted: boolean): PdbSymbol {
  switch (kind) {
    case S.REGREL32:
    case S.REGREL32_ST: {
      const offset = c.i32();
      return { is: 'register relative', offset, type: c.u32(), register: c.u16(), name: c.name(counted) };
    }
    case S.ATTR_REGREL: {
      const offset = c.i32();
      const type = c.u32();
      const register = c.u16();
      c.skip(8); // address of first use, flags
      return { is: 'register relative', offset, type, register, name: c.name() };
    }
    case S.BPREL32:
    case S.BPREL32_ST: {
      const offset = c.i32();
      return { is: 'frame relative', offset, type: c.u32(), name: c.name(counted) };
    }
    case S.ATTR_FRAMEREL: {
      const offset = c.i32();
      const type = c.u32();
      c.skip(8);
      return { is: 'frame relative', offset, type, name: c.name() };
    }
    case S.REGISTER:
    case S.REGISTER_ST: {
      const type = c.u32();
      return { is: 'register', type, registers: [c.u16()], name: c.name(counted) };
    }
    case S.ATTR_REGISTER: {
      const type = c.u32();
      c.skip(8);
      return { is: 'register', type, registers: [c.u16()], name: c.name() };
    }
    case S.MANYREG:
    case S.MANYREG_ST: {
      const type = c.u32();
      const registers = Array.from({ length: c.u8() }, () => c.u8());
      return { is: 'register', type, registers, name: c.name(counted) };
    }
    case S.MANYREG2:
    case S.MANYREG2_ST: {
      const type = c.u32();
      return { is: 'register', type, registers: registerList(c, c.u16()), name: c.name(counted) };
    }
    case S.ATTR_MANYREG: {
      const type = c.u32();
      c.skip(8);
      return { is: 'register', type, registers: registerList(c, c.u16()), name: c.name() };
    }
    case S.LOCAL:
      return { is: 'local', type: c.u32(), flags: c.u16(), name: c.name() };
    case S.FILESTATIC: {
      const type = c.u32();
      c.skip(4); // file of the module that has it
      return { is: 'local', type, flags: c.u16(), name: c.name() };
    }
    case S.DEFRANGE:
    case S.DEFRANGE_SUBFIELD:
    case S.DEFRANGE_REGISTER:
    case S.DEFRANGE_FRAMEPOINTER_REL:
    case S.DEFRANGE_SUBFIELD_REGISTER:
    case S.DEFRANGE_FRAMEPOINTER_REL_FULL_SCOPE:
    case S.DEFRANGE_REGISTER_REL:
      return { is: 'definition range', kind, bytes: c.bytes.subarray(c.at) };
    case S.INLINESITE:
      return { is: 'inline site', ...scopeOf(c), inlinee: c.u32(), annotations: c.bytes.subarray(c.at) };
    case S.INLINESITE2: {
      const scope = scopeOf(c);
      const inlinee = c.u32();
      c.skip(4); // how often it ran
      return { is: 'inline site', ...scope, inlinee, annotations: c.bytes.subarray(c.at) };
    }
    case S.FRAMEPROC: {
      const frameBytes = c.u32();
      const paddingBytes = c.u32();
      c.skip(4); // where the padding starts
      const savedRegisterBytes = c.u32();
      c.skip(6); // exception handler
      return { is: 'frame procedure', frameBytes, paddingBytes, savedRegisterBytes, flags: c.u32() };
    }
    default:
      return { is: 'other', kind };
  }
}

function procedure(c: LeafCursor, kind: number, counted: boolean): ProcedureSymbol {
  const scope = scopeOf(c);
  c.skip(4); // next
  const size = c.u32();
  const debugStart = c.u32();
  const debugEnd = c.u32();
  const type = c.u32();
  const place = placeOf(c);
  return {
    is: 'procedure',
    ...scope,
    ...place,
    size,
    debugStart,
    debugEnd,
    type,
    isId: kind === S.GPROC32_ID || kind === S.LPROC32_ID || kind === S.LPROC32_DPC_ID,
    flags: c.u8(),
    global: kind === S.GPROC32 || kind === S.GPROC32_ID || kind === S.GPROC32_ST,
    name: c.name(counted),
  };
}

function data(c: LeafCursor, counted: boolean, global: boolean, thread: boolean): DataSymbol {
  const type = c.u32();
  return { is: 'data', type, ...placeOf(c), global, thread, name: c.name(counted) };
}

function reference(
  c: LeafCursor,
  to: ReferenceSymbol['to'],
  local: boolean,
  counted: boolean,
): ReferenceSymbol {
  c.skip(4); // checksum of the name
  const record = c.u32();
  // modules are numbered from 1 here
  const module = c.u16() - 1;
  // old records have no name of their own: it lies hidden behind them (`SymbolRecords`)
  return { is: 'reference', to, local, module, record, name: counted ? '' : c.name() };
}

function scopeOf(c: LeafCursor): Scope {
  const parent = c.u32();
  return { parent, end: c.u32() };
}

function placeOf(c: LeafCursor): Placed {
  const offset = c.u32();
  return { offset, section: c.u16() };
}

function registerList(c: LeafCursor, count: number): number[] {
  return Array.from({ length: Math.min(count, c.left >> 1) }, () => c.u16());
}
