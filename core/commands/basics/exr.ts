import { NotAvailable } from '../../errors/index.ts';
import { formatFlat, type JsonObject, type Output } from '../../output/index.ts';
import { readStruct, type ExceptionRecord, type Machine } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { accessKind, exceptionName } from './exceptionNames.ts';
import { failFastName } from './failFast.ts';

const MAX_PARAMETERS = 15; // EXCEPTION_MAXIMUM_PARAMETERS, winnt.h
const ACCESS_VIOLATION = 0xc0000005;
const IN_PAGE_ERROR = 0xc0000006;
const FAIL_FAST = 0xc0000409;

interface Model {
  readonly record: ExceptionRecord;
  readonly machine: Machine;
  readonly symbol?: { readonly name: string; readonly displacement: bigint };
}

export const exr = command<Model>({
  name: '.exr',
  tier: 'A',
  syntax: ['.exr -1', '.exr Address'],
  summary: "Shows an exception record: the event's, or the one at an address.",
  run,
  print,
  data,
});

function run({ session, args }: Call): Model {
  const { target, machine } = session;
  const address = args === '' ? undefined : session.evaluator.address(args);
  const ofEvent = address === undefined || BigInt.asIntN(machine.pointerSize * 8, address) === -1n;
  const record = ofEvent ? target.exception?.record : readRecord(session, address);
  if (!record) throw new NotAvailable('The dump has no exception record');
  const found = session.symbols.nearest(record.address);
  const module = target.modules.find(record.address);
  const symbol = found
    ? { name: `${found.module.name}!${found.symbol.name}`, displacement: found.displacement }
    : module && { name: module.name, displacement: record.address - module.base };
  return { record, machine, symbol };
}

/** EXCEPTION_RECORD32 and EXCEPTION_RECORD64 of winnt.h. */
function readRecord(session: Call['session'], address: bigint): ExceptionRecord {
  const wide = session.machine.pointerSize === 8;
  const r = readStruct(session.target.memory, address, wide ? 0x98 : 0x50);
  const size = wide ? 8 : 4;
  const count = Math.min(MAX_PARAMETERS, r.u32(wide ? 0x18 : 0x10));
  return {
    code: r.u32(0),
    flags: r.u32(4),
    record: r.pointer(8, size),
    address: r.pointer(wide ? 0x10 : 0x0c, size),
    parameters: Array.from({ length: count }, (_, i) => r.pointer((wide ? 0x20 : 0x14) + i * size, size)),
  };
}

function print({ record, machine, symbol }: Model, out: Output): void {
  const flat = (value: bigint): string => formatFlat(value, machine.pointerSize);
  const code = record.code >>> 0;
  const name = exceptionName(code);
  // the displacement is padded to pointer width here, unlike everywhere else (samples.md, section 4)
  const where = symbol ? ` (${symbol.name}+0x${flat(symbol.displacement)})` : '';
  out.line(`ExceptionAddress: ${flat(record.address)}${where}`);
  out.line(`   ExceptionCode: ${code.toString(16).padStart(8, '0')}${name ? ` (${name})` : ''}`);
  out.line(`  ExceptionFlags: ${(record.flags >>> 0).toString(16).padStart(8, '0')}`);
  out.line(`NumberParameters: ${record.parameters.length}`);
  record.parameters.forEach((p, i) => out.line(`   Parameter[${i}]: ${flat(p)}`));
  const note = explain(record, flat);
  if (note) out.line(note);
}

/** The sentence that the debugger adds for codes whose parameters it knows. */
function explain(record: ExceptionRecord, flat: (value: bigint) => string): string | undefined {
  const [first, second, third] = record.parameters;
  const code = record.code >>> 0;
  if ((code === ACCESS_VIOLATION || code === IN_PAGE_ERROR) && first !== undefined && second !== undefined) {
    const kind = accessKind(first);
    if (code === ACCESS_VIOLATION) return kind && `Attempt to ${kind} address ${flat(second)}`;
    const status = third === undefined ? '' : ` due to error code ${third.toString(16)}`;
    return `Inpage operation failed at ${flat(second)}${status}`;
  }
  if (code === FAIL_FAST && first !== undefined)
    return `Subcode: 0x${first.toString(16)} ${failFastName(first) ?? '(unknown subcode)'}`;
  return undefined;
}

function data({ record, symbol }: Model): JsonObject {
  return {
    address: `0x${record.address.toString(16)}`,
    code: `0x${(record.code >>> 0).toString(16)}`,
    name: exceptionName(record.code),
    flags: `0x${(record.flags >>> 0).toString(16)}`,
    symbol:
      symbol &&
      (symbol.displacement === 0n ? symbol.name : `${symbol.name}+0x${symbol.displacement.toString(16)}`),
    parameters: record.parameters.map((p) => `0x${p.toString(16)}`),
  };
}
