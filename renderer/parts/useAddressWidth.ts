import { useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { addressText } from './format.ts';

/** Characters of a column of addresses in the view in effect. */
export function useAddressWidth(): number {
  const context = useStore(useSession().context);
  return addressText(0n, context?.pointerSize ?? 8).length;
}
