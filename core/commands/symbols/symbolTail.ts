import { span, type Part } from '../../output/index.ts';
import type { FoundSymbol } from '../../symbols/index.ts';
import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { MEMORY_ERROR, readEngineValue, valuePart } from '../values/index.ts';
import { parameterList } from './parameterList.ts';

/** A symbol, with the address that its value is read from: none where the dump does not hold the way to it. */
export interface Valued extends Pick<FoundSymbol, 'symbol' | 'module'> {
  readonly address: Address | undefined;
}

/** What x and ln print behind a name: a function's parameters, a variable's value, or that neither is known. */
export function symbolTail(session: Session, { symbol, module, address }: Valued, blank = ' '): Part[] {
  const parameters = parameterList(symbol);
  if (parameters !== undefined) return [`${blank}${parameters}`];
  const { type } = symbol;
  if (!type) return [' = <no type information>'];
  if (address === undefined) return [' = ', span(MEMORY_ERROR, 'missing')];
  const { value, text } = readEngineValue(session, { type, address, module: module.name });
  return [' = ', valuePart(value, text)];
}
