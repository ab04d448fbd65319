import type { FoundSymbol } from '../../symbols/index.ts';
import type { Address } from '../../target/index.ts';
import { scalarForm } from '../../types/index.ts';
import type { Session } from '../session.ts';
import { readEngineValue } from '../values/index.ts';
import { findVariable, requiredAddress } from '../variables/index.ts';

/** A name at the start of which a module or a scope stands is no local's. */
const PLAIN = /^[A-Za-z_]\w*$/;

/**
 * The distinct addresses of a symbol. A bare name is a variable of the frame in effect first; `$!name` is nothing else.
 * A variable in a register stands for its value, because it has no address.
 */
export function symbolAddresses(session: Session, name: string): readonly Address[] {
  const isLocal = name.startsWith('$!');
  const bare = isLocal ? name.slice(2) : name;
  const local = PLAIN.test(bare) ? localAddress(session, bare) : undefined;
  if (local !== undefined) return [local];
  return isLocal ? [] : addressesOf(session, session.symbols.resolve(name));
}

/** Whether a name is a variable of the frame in effect. */
export function isLocalName(session: Session, name: string): boolean {
  const bare = name.replace(/^\$!/, '');
  return PLAIN.test(bare) && findVariable(session, bare) !== undefined;
}

function localAddress(session: Session, name: string): Address | undefined {
  const found = findVariable(session, name);
  if (!found || found.inMemory) return found?.address;
  const { type, address, memory, module } = found;
  if (!scalarForm(type)) return undefined;
  const { value } = readEngineValue(session, { type, address, memory, module: module.name });
  if (value.kind === 'pointer') return value.address;
  return 'value' in value && typeof value.value === 'bigint' ? BigInt.asUintN(64, value.value) : undefined;
}

/**
 * The distinct addresses that a name may mean: those in the first module that has it. An import or incremental-link
 * thunk has its function's name, the initial value of a thread-local variable the variable's; where both are there the
 * function and the variable are meant.
 */
function addressesOf(session: Session, found: readonly FoundSymbol[]): Address[] {
  const [first] = found;
  const inFirst = found.filter((f) => f.module === first?.module);
  const threadLocal = inFirst.filter((f) => f.symbol.thread);
  if (threadLocal.length) return [...new Set(threadLocal.map((f) => requiredAddress(session, f)))];
  const functions = inFirst.filter((f) => f.symbol.kind !== 'thunk');
  return [...new Set((functions.length ? functions : inFirst).map((f) => f.address))];
}
