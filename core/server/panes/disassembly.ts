import { codeAround, type CodeRow } from '../../commands/disassembly/index.ts';
import { bytesText, nameOf, operandAddress, plainOperands } from '../../disasm/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { formatAddress } from '../../output/index.ts';
import type { DisassemblyModel, DisassemblyRowModel, Params } from '../../protocol/index.ts';
import { tryRead, type RegisterContext } from '../../target/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** The widest operand whose value is shown: a register of AVX. */
const MAX_OPERAND = 32;

/** Instructions around an address, or around the one of the frame in effect. */
export async function disassemblyPane(
  call: PaneCall,
  { address, before, after }: Params<'disassembly'>,
): Promise<DisassemblyModel> {
  const { session, pace } = call;
  const frame = session.currentFrame();
  const current = frame?.instruction ?? session.registers()?.ip;
  const at = address ?? current;
  if (at === undefined) throw new NotAvailable('The dump has no registers for this thread: type an address');
  const rows = await codeAround(session, pace, { address: at, before, after });
  const registers = frame?.registers ?? session.registers();
  return {
    at,
    current,
    rows: rows.map((row) => rowModel(call, row, registers, row.instruction.address === current)),
  };
}

function rowModel(
  { session }: PaneCall,
  { instruction: i, heading, line, missing, end }: CodeRow,
  registers: RegisterContext | undefined,
  isCurrent: boolean,
): DisassemblyRowModel {
  const { machine, symbols, target } = session;
  return {
    address: i.address,
    bytes: bytesText(i.bytes, machine),
    mnemonic: i.mnemonic,
    operands: missing ? '' : plainOperands(i),
    target: i.target,
    targetName: i.target === undefined ? undefined : nameOf(i.target, { machine, symbols }),
    flow: i.flow,
    heading: heading?.name,
    source: heading?.source,
    line,
    operand: missing || !registers ? undefined : operandOf(session, i, registers, isCurrent),
    taken: isCurrent ? i.taken?.((name) => registers?.get(name)) : undefined,
    missing:
      missing && end !== undefined ? { end, image: target.modules.find(i.address)?.fileName } : undefined,
  };
}

/**
 * What an instruction's memory operand holds. Registers are known at the frame's instruction alone; elsewhere an operand
 * has an address only where it names none: imports, globals.
 */
function operandOf(
  { target, symbols, machine }: PaneCall['session'],
  { memory: operand, flow }: CodeRow['instruction'],
  registers: RegisterContext,
  isCurrent: boolean,
): DisassemblyRowModel['operand'] {
  if (!operand || operand.size === 0 || /^[fg]s$/.test(operand.segment)) return undefined;
  const isFixed = !operand.base && !operand.index;
  const address = isCurrent || isFixed ? operandAddress(operand, registers) : undefined;
  if (address === undefined) return undefined;
  const { pointerSize } = machine;
  const size = Math.min(operand.size, MAX_OPERAND);
  const bytes = tryRead(() => target.memory.read(address, size));
  const digits = bytes
    ? Array.from(bytes, (b) => b.toString(16).padStart(2, '0'))
        .reverse()
        .join('')
    : '';
  const value = digits === '' ? undefined : BigInt(`0x${digits}`);
  const leads = flow === 'indirect call' || flow === 'indirect jump' || size === pointerSize;
  const pointee = value === undefined || !leads ? undefined : symbols.describe(value);
  const name = isFixed ? symbols.describe(address) : undefined;
  const shown =
    value === undefined
      ? '?'.repeat(size * 2)
      : size === pointerSize
        ? formatAddress(value, pointerSize)
        : digits;
  return {
    address,
    text: [
      `[${name ?? formatAddress(address, pointerSize)}] = ${shown}`,
      ...(pointee === undefined ? [] : [pointee]),
    ].join(' '),
  };
}
