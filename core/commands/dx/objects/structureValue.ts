import { NotAvailable } from '../../../errors/index.ts';
import type { ModelValue } from '../../../model/index.ts';
import type { Address } from '../../../target/index.ts';
import type { Session } from '../../session.ts';

/** One of Windows' own structures as a value; throws `NotAvailable` where the dump does not say where it is. */
export function structureValue(session: Session, name: string, address: Address | undefined): ModelValue {
  const type = session.layouts().record(name);
  if (!type || address === undefined || address === 0n)
    throw new NotAvailable(`The dump does not say where the ${name} is`);
  const { memory } = session.target;
  return { kind: 'native', value: { type, place: { address, memory }, module: 'ntdll' } };
}
