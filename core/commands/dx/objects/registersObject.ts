import { NotAvailable } from '../../../errors/index.ts';
import { constant, objectValue, textValue, unsignedValue, type ModelValue } from '../../../model/index.ts';
import type { RegisterContext, RegisterDefinition } from '../../../target/index.ts';

/** The groups of registers, and which kinds belong to them. */
const GROUPS: readonly (readonly [name: string, kinds: readonly RegisterDefinition['kind'][]])[] = [
  ['User', ['integer', 'flags', 'segment']],
  ['Debug', ['debug']],
  ['FloatingPoint', ['float']],
  ['SIMD', ['vector']],
];

/** `Registers` of a thread: whole registers by group, none that is part of another. */
export function registersObject(registers: RegisterContext | undefined): ModelValue {
  if (!registers) throw new NotAvailable('The dump has no registers of this thread');
  const whole = registers.definitions().filter((definition) => !definition.part);
  const groups = GROUPS.map(([name, kinds]) => {
    const members = whole.filter(({ kind }) => kinds.includes(kind));
    return { name, members };
  }).filter(({ members }) => members.length > 0);
  return objectValue({
    properties: groups.map(({ name, members }) =>
      constant(
        name,
        objectValue({
          properties: members.map((definition) => constant(definition.name, valueOf(registers, definition))),
        }),
      ),
    ),
  });
}

function valueOf(registers: RegisterContext, { name, size }: RegisterDefinition): ModelValue {
  const number = size <= 8 ? registers.get(name) : undefined;
  if (number !== undefined) return unsignedValue(number);
  const bytes = registers.bytes(name) ?? new Uint8Array();
  const digits = [...bytes].reverse().map((byte) => byte.toString(16).padStart(2, '0'));
  return textValue(`0x${digits.join('')}`);
}
