import { MemoryUnreadable, NotAvailable } from '../../errors/index.ts';
import { readUpTo, type Address, type Memory } from '../../target/index.ts';
import { command } from '../command.ts';
import { addressAndNumbers } from '../lists/index.ts';
import { readSid } from './readSecurity.ts';
import { sidName } from './securityText.ts';

/** A SID with all its sub-authorities. */
const MAX_SID = 68;

/** The SID at an address. Throws `MemoryUnreadable`, and `NotAvailable` where the bytes are none. */
export function sidAt(memory: Memory, address: Address): string {
  const bytes = readUpTo(memory, address, MAX_SID);
  if (bytes.length === 0) throw new MemoryUnreadable(address);
  const sid = readSid(bytes);
  if (sid === undefined) throw new NotAvailable(`There is no valid SID at 0x${address.toString(16)}`);
  return sid;
}

/** ` (Alias: BUILTIN\Users)` where names are asked for. */
export function nameOf(sid: string, named: boolean): string {
  return named ? ` (${sidName(sid)})` : '';
}

export const sidCommand = command({
  name: '!sid',
  tier: 'C',
  syntax: ['!sid Address [Flags]'],
  summary: 'Shows a security identifier; with flag 1 its name, where it is the same on every machine.',
  run: (call) => {
    const { address, numbers } = addressAndNumbers(call, 1);
    return { sid: sidAt(call.session.target.memory, address), named: numbers[0] === 1n };
  },
  print: ({ sid, named }, out) => out.line(`SID is: ${sid}${nameOf(sid, named)}`),
  data: ({ sid }) => ({ sid, name: sidName(sid) }),
});
