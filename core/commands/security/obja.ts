import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatFlat } from '../../output/index.ts';
import { type Address, readPointer, readU32 } from '../../target/index.ts';
import { command } from '../command.ts';
import { targetText } from '../script/index.ts';

/** OBJ_* (ntdef.h) */
const ATTRIBUTES: readonly (readonly [bit: number, name: string])[] = [
  [0x2, 'OBJ_INHERIT'],
  [0x10, 'OBJ_PERMANENT'],
  [0x20, 'OBJ_EXCLUSIVE'],
  [0x40, 'OBJ_CASE_INSENSITIVE'],
  [0x80, 'OBJ_OPENIF'],
  [0x100, 'OBJ_OPENLINK'],
  [0x200, 'OBJ_KERNEL_HANDLE'],
  [0x400, 'OBJ_FORCE_ACCESS_CHECK'],
  [0x1000, 'OBJ_DONT_REPARSE'],
];

interface ObjectAttributes {
  readonly address: Address;
  readonly root: Address;
  readonly name: string | undefined;
  readonly attributes: number;
  readonly pointerSize: 4 | 8;
}

export const obja = command<ObjectAttributes>({
  name: '!obja',
  tier: 'C',
  syntax: ['!obja Address'],
  summary: 'Shows an OBJECT_ATTRIBUTES structure: name, root directory and attributes.',
  run({ session, args }) {
    if (args === '') throw new UsageError('!obja needs the address of an OBJECT_ATTRIBUTES structure');
    const { pointerSize } = session.machine;
    const { memory } = session.target;
    const address = session.evaluator.address(args);
    // Length, RootDirectory, ObjectName, Attributes: each at a pointer's alignment (ntdef.h)
    const field = (index: number): Address => address + BigInt(index * pointerSize);
    const length = readU32(memory, address);
    if (length !== 6 * pointerSize)
      throw new UsageError(
        `!obja: no OBJECT_ATTRIBUTES is at '${args}': its Length is ${hexAddress(length)}`,
      );
    const name = readPointer(memory, field(2), pointerSize);
    return {
      address,
      root: readPointer(memory, field(1), pointerSize),
      name: name === 0n ? undefined : (targetText(session, 'msu', name) ?? '<not in the dump>'),
      attributes: readU32(memory, field(3)),
      pointerSize,
    };
  },
  print({ address, root, name, attributes, pointerSize }, out) {
    const at = formatFlat(address, pointerSize);
    out.line(`Obja +${at} at ${at}:`);
    if (name !== undefined) out.line(`\tName is ${name}`);
    if (root !== 0n) out.line(`\tRoot directory is handle ${formatFlat(root, pointerSize)}`);
    for (const [bit, text] of ATTRIBUTES) if (attributes & bit) out.line(`\t${text}`);
  },
  data: ({ address, root, name, attributes }) => ({
    address: hexAddress(address),
    rootDirectory: root === 0n ? undefined : hexAddress(root),
    name,
    attributes: ATTRIBUTES.filter(([bit]) => attributes & bit).map(([, text]) => text),
  }),
});
