import { MemoryUnreadable } from '../../errors/index.ts';
import { span, type Output } from '../../output/index.ts';
import { readUpTo, type Address, type Memory } from '../../target/index.ts';
import { command } from '../command.ts';
import { addressAndNumbers } from '../lists/index.ts';
import { readAcl, type Acl } from './readSecurity.ts';
import { aceFlagNames } from './securityText.ts';
import { nameOf } from './sid.ts';

const ACL_HEADER = 8;
const MAX_ACL = 0xffff;

/** The ACL at an address; throws `MemoryUnreadable` where not even its header is there. */
export function aclAt(memory: Memory, address: Address): Acl {
  const acl = readAcl(readUpTo(memory, address, MAX_ACL));
  if (!acl) throw new MemoryUnreadable(address + BigInt(memory.available(address, ACL_HEADER)));
  return acl;
}

/** Prints an ACL as !sd and !acl do, each line behind `prefix`. */
export function printAcl(acl: Acl, prefix: string, named: boolean, out: Output): void {
  out.line(prefix);
  out.line(`${prefix} ->AclRevision: 0x${acl.revision.toString(16)}`);
  out.line(`${prefix} ->Sbz1       : 0x${acl.sbz1.toString(16)}`);
  out.line(`${prefix} ->AclSize    : 0x${acl.size.toString(16)}`);
  out.line(`${prefix} ->AceCount   : 0x${acl.count.toString(16)}`);
  out.line(`${prefix} ->Sbz2       : 0x${acl.sbz2.toString(16)}`);
  acl.aces.forEach((ace, i) => {
    const line = (text: string): void => out.line(`${prefix} ->Ace[${i}]: ${text}`);
    line(`->AceType: ${ace.typeName}`);
    line(`->AceFlags: 0x${ace.flags.toString(16)}`);
    for (const name of aceFlagNames(ace.flags)) line(`            ${name}`);
    line(`->AceSize: 0x${ace.size.toString(16)}`);
    if (ace.mask !== undefined) line(`->Mask : 0x${ace.mask.toString(16).padStart(8, '0')}`);
    if (ace.sid !== undefined) line(`->SID: ${ace.sid}${nameOf(ace.sid, named)}`);
    out.line('');
  });
  if (acl.aces.length < acl.count)
    out.line(
      span(
        `${prefix} ->the other ${acl.count - acl.aces.length} entries are damaged or not in the dump`,
        'missing',
      ),
    );
}

export function aclData(acl: Acl) {
  return {
    revision: acl.revision,
    size: acl.size,
    count: acl.count,
    aces: acl.aces.map(({ typeName, flags, size, mask, sid }) => ({
      type: typeName,
      flags,
      size,
      mask,
      sid,
    })),
  };
}

export const aclCommand = command({
  name: '!acl',
  tier: 'C',
  syntax: ['!acl Address [Flags]'],
  summary: 'Shows an access control list; with flag 1 with names of SIDs.',
  run: (call) => {
    const { address, numbers } = addressAndNumbers(call, 1);
    return { acl: aclAt(call.session.target.memory, address), named: numbers[0] === 1n };
  },
  print: ({ acl, named }, out) => printAcl(acl, 'ACL is:', named, out),
  data: ({ acl }) => aclData(acl),
});
