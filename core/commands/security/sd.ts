import { type Address, type Memory, readPointer, readStruct, tryRead } from '../../target/index.ts';
import { span, type Output } from '../../output/index.ts';
import { command, type Call } from '../command.ts';
import { addressAndNumbers } from '../lists/index.ts';
import { aclAt, aclData, printAcl } from './acl.ts';
import type { Acl } from './readSecurity.ts';
import { controlNames } from './securityText.ts';
import { nameOf, sidAt } from './sid.ts';

const SELF_RELATIVE = 0x8000;
const DACL_PRESENT = 0x4;
const SACL_PRESENT = 0x10;

/** A part of a descriptor: null where it has none, undefined where the dump does not hold it. */
type Part<T> = T | null | undefined;

interface SecurityDescriptor {
  readonly revision: number;
  readonly sbz1: number;
  readonly control: number;
  readonly owner: Part<string>;
  readonly group: Part<string>;
  readonly dacl: Part<Acl>;
  readonly sacl: Part<Acl>;
  readonly named: boolean;
}

/**
 * SECURITY_DESCRIPTOR ([MS-DTYP] 2.4.6, winnt.h): Revision, Sbz1, Control, then Owner, Group, Sacl, Dacl: 32-bit offsets
 * from its start where it is self-relative, pointers where it is absolute.
 */
function read(call: Call): SecurityDescriptor {
  const { session } = call;
  const { memory } = session.target;
  const { pointerSize } = session.machine;
  const { address, numbers } = addressAndNumbers(call, 1);
  const head = readStruct(memory, address, 4);
  const control = head.u16(2);
  const at = (index: number): Address | undefined => {
    if ((control & SELF_RELATIVE) === 0)
      return tryRead(() => readPointer(memory, address + BigInt(pointerSize * (1 + index)), pointerSize));
    const offset = tryRead(() => readStruct(memory, address + BigInt(4 + 4 * index), 4).u32(0));
    return offset === undefined || offset === 0 ? (offset === 0 ? 0n : undefined) : address + BigInt(offset);
  };
  return {
    revision: head.u8(0),
    sbz1: head.u8(1),
    control,
    owner: part(memory, at(0), sidAt),
    group: part(memory, at(1), sidAt),
    sacl: control & SACL_PRESENT ? part(memory, at(2), aclAt) : null,
    dacl: control & DACL_PRESENT ? part(memory, at(3), aclAt) : null,
    named: numbers[0] === 1n,
  };
}

function part<T>(
  memory: Memory,
  address: Address | undefined,
  readAt: (memory: Memory, address: Address) => T,
): Part<T> {
  if (address === undefined) return undefined;
  return address === 0n ? null : tryRead(() => readAt(memory, address));
}

export const sdCommand = command<SecurityDescriptor>({
  name: '!sd',
  tier: 'C',
  syntax: ['!sd Address [Flags]'],
  summary: 'Shows a security descriptor; with flag 1 with names of SIDs.',
  run: read,
  print(sd, out) {
    out.line(`->Revision: 0x${sd.revision.toString(16)}`);
    out.line(`->Sbz1    : 0x${sd.sbz1.toString(16)}`);
    out.line(`->Control : 0x${sd.control.toString(16)}`);
    for (const name of controlNames(sd.control)) out.line(`            ${name}`);
    printSid('->Owner   : ', sd.owner, sd.named, out);
    printSid('->Group   : ', sd.group, sd.named, out);
    printList('->Dacl    :', sd.dacl, sd.named, out);
    printList('->Sacl    :', sd.sacl, sd.named, out);
  },
  data: (sd) => ({
    revision: sd.revision,
    control: sd.control,
    controlNames: controlNames(sd.control),
    owner: sd.owner,
    group: sd.group,
    dacl: sd.dacl && aclData(sd.dacl),
    sacl: sd.sacl && aclData(sd.sacl),
  }),
});

function printSid(label: string, sid: Part<string>, named: boolean, out: Output): void {
  if (sid === undefined) out.line(label, span('<unreadable>', 'missing'));
  else out.line(`${label}${sid === null ? ' is NULL' : `${sid}${nameOf(sid, named)}`}`);
}

function printList(label: string, acl: Part<Acl>, named: boolean, out: Output): void {
  if (acl === undefined) out.line(`${label}  `, span('<unreadable>', 'missing'));
  else if (acl === null) out.line(`${label}  is NULL`);
  else printAcl(acl, label, named, out);
}
