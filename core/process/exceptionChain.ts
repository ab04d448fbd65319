import {
  type Address,
  type AddressRange,
  type Module,
  readStruct,
  readU32,
  readUpTo,
  tryRead,
} from '../target/index.ts';
import type { ProcessView } from './processView.ts';

/** EXCEPTION_CHAIN_END (ntrtl.h) */
const CHAIN_END = 0xffffffffn;
/** A 1 MiB stack holds no more registrations of 8 bytes than this. */
const MAX_RECORDS = 0x20000;
/** Deeper than try blocks nest in one function. */
const MAX_SCOPES = 256;

/** `_EXCEPTION_REGISTRATION_RECORD`. */
export interface ExceptionRegistration {
  readonly address: Address;
  readonly Next: Address;
  readonly Handler: Address;
}

export interface ExceptionChain {
  readonly records: readonly ExceptionRegistration[];
  /** an address that should have been a registration and is not: not in the dump, not on the stack, seen before */
  readonly invalid?: Address;
}

/**
 * The x86 chain of exception registrations from fs:[0], which is NtTib.ExceptionList. `stack` bounds it where the TEB
 * says where the stack is: Windows itself believes no registration outside of it.
 */
export function readExceptionChain(view: ProcessView, first: Address, stack?: AddressRange): ExceptionChain {
  const records: ExceptionRegistration[] = [];
  const seen = new Set<Address>();
  for (let at = first; at !== CHAIN_END;) {
    const outside = stack && (at < stack.start || at + 8n > stack.end);
    if (outside || at % 4n !== 0n || seen.has(at) || records.length >= MAX_RECORDS)
      return { records, invalid: at };
    seen.add(at);
    const from = at;
    const r = tryRead(() => readStruct(view.target.memory, from, 8));
    if (!r) return { records, invalid: at };
    const record = { address: at, Next: BigInt(r.u32(0)), Handler: BigInt(r.u32(4)) };
    records.push(record);
    at = record.Next;
  }
  return { records };
}

/** Stacks are searched no further up than their default size. */
const SEARCHED = 0x100000;
/** an image's headers, which hold no handler */
const HEADERS = 0x1000n;

/** who registers a thread's first handler: kernel32 of Windows XP, ntdll since Vista */
const FIRST_REGISTRARS = /^(?:ntdll|kernel32)\.dll$/i;

/**
 * The chain where no TEB says where it begins. Its last registration is that of the thread's start, so the highest that
 * has the end's mark and a handler of Windows; the others lead to it, each higher than the one before and with a handler
 * in a module. Of several the longest: what begins lower on the stack was registered later. A registration that a
 * returned function left behind may be among the first.
 */
export function findExceptionChain(view: ProcessView, from: Address): ExceptionChain | undefined {
  const { memory, modules } = view.target;
  const start = BigInt.asUintN(32, (from + 3n) & ~3n);
  const bytes = readUpTo(memory, start, SEARCHED);
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length >>> 2;
  const length = new Uint32Array(count);
  let longest = -1;
  for (let k = count - 2; k >= 0; k--) {
    const next = words.getUint32(4 * k, true);
    const above = (next - Number(start)) / 4;
    const isLast = longest < 0 && next === Number(CHAIN_END);
    if (!isLast && !(above > k && Number.isInteger(above) && (length[above] ?? 0) > 0)) continue;
    const handler = BigInt(words.getUint32(4 * k + 4, true));
    const module = modules.find(handler);
    if (!module || handler - module.base < HEADERS) continue;
    if (isLast && !FIRST_REGISTRARS.test(module.fileName)) continue;
    length[k] = isLast ? 1 : (length[above] ?? 0) + 1;
    if (isLast || (length[k] ?? 0) >= (length[longest] ?? 0)) longest = k;
  }
  return longest < 0 ? undefined : readExceptionChain(view, start + BigInt(4 * longest));
}

/** A try block that is entered: its filter (none for __finally) and its handler. */
export interface TryScope {
  readonly level: number;
  readonly filter: Address;
  readonly handler: Address;
}

/** Microsoft C's frame handlers with scope tables; the fourth hides the table's address behind the security cookie. */
export type ScopeForm = 3 | 4;

/** Which frame handler a symbol is: `_except_handler3`, `_except_handler4`, and their variants by any decoration. */
export function scopeFormOf(handlerName: string): ScopeForm | undefined {
  const match = /except_handler([34])(_common|_noexcept)?$/.exec(handlerName);
  if (!match) return undefined;
  return match[1] === '3' ? 3 : 4;
}

/**
 * The try blocks that the function of a registration is in, innermost first. Behind the registration stand the scope
 * table's address and the current level (MSVC's vcruntime, EH3 and EH4 frames); `module` is the one that the handler
 * lies in, whose cookie a table of the fourth form is hidden with. Empty where it cannot be read.
 */
export function readTryScopes(
  view: ProcessView,
  record: ExceptionRegistration,
  form: ScopeForm,
  module: Module | undefined,
): TryScope[] {
  return tryRead(() => walkScopes(view, record, form, module)) ?? [];
}

function walkScopes(
  view: ProcessView,
  record: ExceptionRegistration,
  form: ScopeForm,
  module: Module | undefined,
): TryScope[] {
  const { memory, modules } = view.target;
  const frame = readStruct(memory, record.address + 8n, 8);
  let table = frame.u32(0);
  if (form === 4) {
    const cookie = module?.image?.loadConfig?.get('SecurityCookie');
    if (cookie === undefined) return [];
    table = (table ^ readU32(memory, cookie)) >>> 0;
  }
  // a table lies in the image of the function that registered
  if (!modules.find(BigInt(table))) return [];
  // EH4_SCOPETABLE begins with four cookie offsets
  const entries = BigInt(table) + (form === 4 ? 16n : 0n);
  const outermost = form === 4 ? -2 : -1;
  const scopes: TryScope[] = [];
  for (let level = frame.i32(4); level !== outermost && scopes.length < MAX_SCOPES;) {
    if (level < 0 || level > 0xffff || scopes.some((s) => s.level === level)) break;
    const entry = readStruct(memory, entries + BigInt(level * 12), 12);
    scopes.push({ level, filter: BigInt(entry.u32(4)), handler: BigInt(entry.u32(8)) });
    level = entry.i32(0);
  }
  return scopes;
}
