import { UsageError } from '../../errors/index.ts';
import type { Address } from '../../target/index.ts';
import type { Call } from '../command.ts';

/** An address and the expressions behind it, at most `most` of them. Throws `UsageError` for more, or for no address. */
export function addressAndNumbers(
  { session, args, name }: Call,
  most: number,
): { readonly address: Address; readonly numbers: readonly bigint[] } {
  if (args === '') throw new UsageError(`${name} needs an address`);
  const { evaluator } = session;
  const first = evaluator.evaluatePrefix(args);
  const address = evaluator.address(args.slice(0, args.length - first.rest.length));
  const numbers: bigint[] = [];
  let { rest } = first;
  while (rest !== '' && numbers.length < most) {
    const next = evaluator.evaluatePrefix(rest);
    numbers.push(BigInt.asUintN(64, next.value));
    rest = next.rest;
  }
  if (rest !== '') throw new UsageError(`Extra character error in '${rest}'`, 'syntax');
  return { address, numbers };
}
