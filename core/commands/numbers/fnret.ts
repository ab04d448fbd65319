import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { convertNumber, scalarOfBits, type CppValue } from '../../eval/index.ts';
import type { Address } from '../../target/index.ts';
import { type Type, unmodified } from '../../types/index.ts';
import { valueData } from '../dt/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { engineTypeName } from '../values/index.ts';
import { objectOf } from './cppObject.ts';
import { cppModel, printCpp, type CppModel } from './evaluateCpp.ts';

interface ReturnModel {
  readonly name: string;
  readonly address: Address;
  readonly type: Type;
  /** absent for void */
  readonly shown?: CppModel;
}

export const fnret = command<ReturnModel>({
  name: '.fnret',
  tier: 'C',
  syntax: ['.fnret [/s] Address [Value]'],
  summary:
    'Shows a value as what a function returns: by its type, from the return register unless one is given.',
  options: [{ flag: '/s', meaning: 'sets $callret to it, with its type' }],
  run: read,
  print({ name, shown }, out) {
    if (!shown) out.line(`${name} returns void`);
    else printCpp(shown, out);
  },
  data: ({ name, address, type, shown }) => ({
    function: name,
    address: hexAddress(address),
    type: engineTypeName(type),
    ...(shown && valueData(shown.value)),
  }),
});

function read({ session, args }: Call): ReturnModel {
  const [, sets, text = ''] = /^(\/s\s+)?(.*)$/s.exec(args) ?? [];
  if (text === '') throw new UsageError('.fnret needs the address of a function');
  const { value: first, rest } = session.evaluator.evaluatePrefix(text);
  const address = BigInt.asUintN(session.machine.pointerSize * 8, first);
  const found = session.symbols.nearest(address);
  const procedure = found?.symbol.type && unmodified(found.symbol.type);
  if (!found || procedure?.kind !== 'procedure') {
    const name = session.symbols.describe(address) ?? hexAddress(address);
    throw new NotAvailable(`.fnret: the symbols do not say what ${name} returns`);
  }
  const name = `${found.module.name}!${found.symbol.name}`;
  const type = unmodified(procedure.returns);
  if (type.kind === 'basic' && type.encoding === 'void') return { name, address, type };
  const given = rest === '' ? undefined : session.evaluator.evaluate(rest);
  const value = valueOf(session, procedure.returns, found.module.name, given);
  if (sets !== undefined) session.evaluator.setTyped('$callret', value);
  return { name, address, type, shown: cppModel(session, objectOf(session, value)) };
}

/** A number of the type; of a structure the one that the value is the address of, as compilers return large ones. */
function valueOf(session: Session, type: Type, module: string, given: bigint | undefined): CppValue {
  const t = unmodified(type);
  const isFloat = t.kind === 'basic' && t.encoding === 'float';
  if (given === undefined && isFloat && session.machine.kind === 'x86')
    throw new NotAvailable('.fnret: a floating-point number is returned in st0, which r st0 shows');
  const value = given ?? returned(session, t.size, isFloat);
  if (t.kind === 'record') {
    const { memory } = session.target;
    return {
      type,
      place: { address: BigInt.asUintN(session.machine.pointerSize * 8, value), memory },
      module,
    };
  }
  if (isFloat && given === undefined) return { type, scalar: scalarOfBits(value, t), module };
  const scalar = t.kind === 'pointer' ? BigInt.asUintN(t.size * 8, value) : convertNumber(value, type);
  if (scalar === undefined) throw new NotAvailable(`.fnret: ${engineTypeName(type)} is no single value`);
  return { type, scalar, module };
}

/** What the return registers hold. */
function returned(session: Session, size: number, isFloat: boolean): bigint {
  const wide = size > session.machine.pointerSize ? '$retreg64' : '$retreg';
  const floats = session.machine.kind === 'x64' ? 'xmm0' : 'd0';
  const value = isFloat ? session.registers()?.get(floats) : session.evaluator.pseudo(wide);
  if (value === undefined) throw new NotAvailable('.fnret: there are no registers to take the value from');
  return BigInt.asUintN(64, value);
}
