import type { Address } from '../../target/index.ts';
import { cTypeName, type ProcedureType, type Type, unmodified } from '../../types/index.ts';
import type { Session } from '../session.ts';
import type { DtFunction } from './model.ts';

/** A function as `x` finds it: a symbol with a procedure's type. */
interface TypedFunction {
  readonly module: string;
  readonly name: string;
  readonly address: Address;
  readonly type: Type;
}

/** A function with its parameters, named where private symbols name them. */
export function describeFunction(session: Session, found: TypedFunction, listed: boolean): DtFunction {
  const type = unmodified(found.type) as ProcedureType;
  const name = `${found.module}!${found.name}`;
  return { name, address: found.address, type, listed, parameters: parametersOf(session, found, type) };
}

function parametersOf(
  session: Session,
  { address }: TypedFunction,
  type: ProcedureType,
): DtFunction['parameters'] {
  const module = session.target.modules.find(address);
  const symbols = module && session.symbols.of(module);
  const [scope] = (module && symbols?.localsAt?.(Number(address - module.base))) ?? [];
  const named = scope?.variables.filter((v) => v.isParameter && !v.compilerGenerated) ?? [];
  if (named.length > 0)
    return named.map((v) => ({ name: v.name, type: v.type ? cTypeName(v.type) : '<unknown>' }));
  return type.parameters.map((parameter) => ({ type: cTypeName(parameter) }));
}
