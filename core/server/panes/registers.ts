import { NotAvailable } from '../../errors/index.ts';
import type { RegisterModel, RegistersModel } from '../../protocol/index.ts';
import type { RegisterDefinition } from '../../target/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** Registers whose value is no address and is not looked up. */
const NO_POINTERS = /^(?:e?fl|efl|iopl|mxcsr|cpsr|psr|nzcv|fp[cst]|dr7)/;

/** The registers of the frame in effect: an outer frame has those that the unwinder recovered. */
export function registersPane({ session }: PaneCall): RegistersModel {
  const registers = session.currentFrame()?.registers ?? session.registers();
  if (!registers) throw new NotAvailable('The dump has no registers for this thread in this view');
  const rows: RegisterModel[] = [];
  for (const definition of registers.definitions()) {
    const { name, size, part } = definition;
    // parts of others (al, ah) are in them already; flags are shown as bits
    if (part && definition.kind !== 'flags') continue;
    const value = size <= 8 ? registers.get(name) : bytesValue(registers.bytes(name));
    if (value === undefined) continue;
    const isAddress = definition.kind === 'integer' && size * 8 >= 32 && !NO_POINTERS.test(name);
    rows.push({
      name,
      value,
      width: part?.bits ?? size * 8,
      group: groupOf(definition),
      symbol: isAddress && session.target.modules.find(value) ? session.symbols.describe(value) : undefined,
      known: registers.known(part?.of ?? name),
    });
  }
  return { frame: session.frame, machine: session.machine.kind, registers: rows };
}

function groupOf({ name, kind, part }: RegisterDefinition): RegisterModel['group'] {
  if (kind === 'flags') return part ? 'flags' : 'status';
  if (kind === 'integer') return NO_POINTERS.test(name) ? 'status' : 'general';
  return kind;
}

function bytesValue(bytes: Uint8Array | undefined): bigint | undefined {
  if (!bytes) return undefined;
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}
