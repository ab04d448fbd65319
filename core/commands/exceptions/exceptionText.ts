import { hexAddress } from '../../bytes/index.ts';
import {
  cppException,
  ExceptionCode,
  stowedExceptions,
  type CppException,
  type StowedException,
} from '../../analysis/index.ts';
import { formatFlat, parts, flatPointer, span, type Part } from '../../output/index.ts';
import type { ExceptionRecord, Machine } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { accessKind, exceptionName } from '../../analysis/index.ts';
import { failFastName } from '../../analysis/index.ts';

/** An exception record with what it leads to. */
export interface ExceptionModel {
  readonly record: ExceptionRecord;
  readonly machine: Machine;
  /** what lies at the exception's address */
  readonly symbol?: { readonly name: string; readonly displacement: bigint };
  readonly cpp?: CppException;
  readonly stowed: readonly StowedException[];
}

export function exceptionModel(
  session: Session,
  record: ExceptionRecord,
  machine: Machine = session.machine,
): ExceptionModel {
  const { target, symbols } = session;
  const found = symbols.nearest(record.address);
  const module = target.modules.find(record.address);
  const symbol = found
    ? { name: `${found.module.name}!${found.symbol.name}`, displacement: found.displacement }
    : module && { name: module.name, displacement: record.address - module.base };
  return {
    record,
    machine,
    symbol,
    cpp: cppException(target.memory, machine, record),
    stowed: stowedExceptions(target.memory, machine, record),
  };
}

/** The lines of .exr, as samples.md section 4 and public transcripts have them. */
export function exceptionLines(model: ExceptionModel): (readonly Part[])[] {
  const { record, machine, symbol } = model;
  const flat = (value: bigint): Part => flatPointer(value, machine.pointerSize);
  const code = record.code >>> 0;
  const name = exceptionName(code);
  // the displacement is padded to pointer width here, unlike everywhere else (samples.md, section 4)
  const displacement = symbol?.displacement
    ? `+0x${formatFlat(symbol.displacement, machine.pointerSize)}`
    : '';
  const where = symbol
    ? [' (', span(`${symbol.name}${displacement}`, 'symbol', `u ${hexAddress(record.address)}`), ')']
    : [];
  return [
    ['ExceptionAddress: ', flat(record.address), ...where],
    [`   ExceptionCode: ${code.toString(16).padStart(8, '0')}${name ? ` (${name})` : ''}`],
    [`  ExceptionFlags: ${(record.flags >>> 0).toString(16).padStart(8, '0')}`],
    [`NumberParameters: ${record.parameters.length}`],
    ...record.parameters.map((p, i) => [`   Parameter[${i}]: `, flat(p)]),
    ...explain(record, flat),
    ...cppLines(model.cpp, flat),
    ...stowedLines(model.stowed, flat),
  ];
}

/** The sentence that the debugger adds for codes whose parameters it knows. */
function explain(record: ExceptionRecord, flat: (value: bigint) => Part): Part[][] {
  const [first, second, third] = record.parameters;
  switch (record.code >>> 0) {
    case ExceptionCode.AccessViolation: {
      const kind = first === undefined ? undefined : accessKind(first);
      return kind && second !== undefined ? [parts`Attempt to ${kind} address ${flat(second)}`] : [];
    }
    case ExceptionCode.InPageError: {
      if (second === undefined) return [];
      const status = third === undefined ? '' : ` due to error code ${third.toString(16)}`;
      return [parts`Inpage operation failed at ${flat(second)}${status}`];
    }
    case ExceptionCode.FailFast:
      return first === undefined
        ? []
        : [[`Subcode: 0x${first.toString(16)} ${failFastName(first) ?? '(unknown subcode)'}`]];
    default:
      return [];
  }
}

/** The thrown type and all it can be caught as, in the debugger's words; what() and values are ours. */
function cppLines(cpp: CppException | undefined, flat: (value: bigint) => Part): Part[][] {
  if (!cpp) return [];
  return [
    parts`  pExceptionObject: ${flat(cpp.object)}`,
    parts`  _s_ThrowInfo    : ${flat(cpp.throwInfo)}`,
    ...cpp.types.map((t) => [`  Type            : ${t.name}`]),
    ...(cpp.what === undefined ? [] : [[`  what()          : "${cpp.what}"`]]),
    ...(cpp.value === undefined ? [] : [[`  Value           : ${cpp.value}`]]),
  ];
}

function stowedLines(stowed: readonly StowedException[], flat: (value: bigint) => Part): Part[][] {
  return stowed.flatMap((s, i) => [
    parts`Stowed exception[${i}]: ${flat(s.address)}, HRESULT 0x${s.resultCode.toString(16).padStart(8, '0')}, thread ${s.threadId.toString(16)}`,
    ...(s.exceptionAddress === undefined ? [] : [parts`   ExceptionAddress: ${flat(s.exceptionAddress)}`]),
    ...(s.text === undefined ? [] : [[`   ErrorText: "${s.text}"`]]),
    ...(s.nestedType === undefined ? [] : [parts`   Nested: ${s.nestedType} ${flat(s.nested ?? 0n)}`]),
  ]);
}

export function exceptionData({ record, symbol, cpp, stowed }: ExceptionModel) {
  return {
    address: hexAddress(record.address),
    code: hexAddress(record.code >>> 0),
    name: exceptionName(record.code),
    flags: hexAddress(record.flags >>> 0),
    symbol: symbol && symbolName(symbol),
    parameters: record.parameters.map((p) => hexAddress(p)),
    cpp: cpp && {
      object: hexAddress(cpp.object),
      throwInfo: hexAddress(cpp.throwInfo),
      types: cpp.types.map((t) => t.name),
      what: cpp.what,
      value: cpp.value,
    },
    stowed: stowed.length
      ? stowed.map((s) => ({
          address: hexAddress(s.address),
          result: hexAddress(s.resultCode),
          threadId: hexAddress(s.threadId),
          exceptionAddress: s.exceptionAddress === undefined ? undefined : hexAddress(s.exceptionAddress),
          text: s.text,
          nestedType: s.nestedType,
        }))
      : undefined,
  };
}

function symbolName({ name, displacement }: NonNullable<ExceptionModel['symbol']>): string {
  return displacement === 0n ? name : `${name}+0x${displacement.toString(16)}`;
}
