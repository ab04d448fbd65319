import { elementsText, extendedText, type ElementType } from '../../commands/registers/index.ts';
import type { Session } from '../../commands/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { RegisterModel, RegistersModel } from '../../protocol/index.ts';
import type { RegisterContext, RegisterDefinition } from '../../target/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** Registers whose value is no address and is not looked up. */
const NO_POINTERS = /^(?:e?fl|efl|iopl|mxcsr|cpsr|psr|nzcv|fp[cst]|dr7)/;

/** The registers of the frame in effect: an outer frame has those that the unwinder recovered. */
export function registersPane({ session }: PaneCall): RegistersModel {
  const { thread, machine, target } = session;
  const registers = session.currentFrame()?.registers ?? session.registers();
  if (!registers) throw new NotAvailable('The dump has no registers for this thread in this view');
  const others = target.machines.flatMap((view) => {
    const context = view === machine ? undefined : thread?.context(view);
    return context ? [{ machine: view.kind, registers: rowsOf(session, context) }] : [];
  });
  return {
    frame: session.frame,
    machine: machine.kind,
    registers: rowsOf(session, registers, thread?.context(machine)),
    others,
  };
}

/** The registers of a context; `own` is the thread's, which they are held against. */
function rowsOf(session: Session, registers: RegisterContext, own?: RegisterContext): RegisterModel[] {
  const rows: RegisterModel[] = [];
  for (const definition of registers.definitions()) {
    const { name, size, part } = definition;
    // parts of others (al, ah) are in them already; flags are shown as bits
    if (part && definition.kind !== 'flags') continue;
    const value = valueOf(registers, definition);
    if (value === undefined) continue;
    const known = registers.known(part?.of ?? name);
    const before = own && valueOf(own, definition);
    const isAddress = definition.kind === 'integer' && size * 8 >= 32 && !NO_POINTERS.test(name);
    rows.push({
      name,
      value,
      width: part?.bits ?? size * 8,
      group: groupOf(definition),
      symbol: isAddress && session.target.modules.find(value) ? session.symbols.describe(value) : undefined,
      known,
      changed: known && before !== undefined && before !== value,
      numbers: numbersOf(registers, definition),
    });
  }
  return rows;
}

/** How the elements of a vector are read, the likeliest first. */
const ELEMENTS: readonly (readonly [type: ElementType, name: string])[] = [
  ['f', 'singles'],
  ['d', 'doubles'],
  ['id', '32-bit integers'],
  ['iq', '64-bit integers'],
];
/** Bytes of an x87 register. */
const EXTENDED = 10;

function numbersOf(
  registers: RegisterContext,
  { name, kind, size }: RegisterDefinition,
): RegisterModel['numbers'] {
  if (kind === 'float' && size >= EXTENDED) {
    const bytes = registers.bytes(name);
    return bytes && [{ as: 'number', text: extendedText(bytes) }];
  }
  if (kind !== 'vector') return undefined;
  const bytes = registers.bytes(name);
  return bytes && ELEMENTS.map(([type, as]) => ({ as, text: elementsText(bytes, type) }));
}

function groupOf({ name, kind, part }: RegisterDefinition): RegisterModel['group'] {
  if (kind === 'flags') return part ? 'flags' : 'status';
  if (kind === 'integer') return NO_POINTERS.test(name) ? 'status' : 'general';
  return kind;
}

function valueOf(registers: RegisterContext, { name, size }: RegisterDefinition): bigint | undefined {
  return size <= 8 ? registers.get(name) : bytesValue(registers.bytes(name));
}

function bytesValue(bytes: Uint8Array | undefined): bigint | undefined {
  if (!bytes) return undefined;
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}
