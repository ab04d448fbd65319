import { codeAround } from '../../commands/disassembly/index.ts';
import { nameOf, plainOperands } from '../../disasm/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { DisassemblyModel, DisassemblyRowModel, Params } from '../../protocol/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** Instructions around an address, or around the one of the frame in effect. */
export async function disassemblyPane(
  { session, pace }: PaneCall,
  { address, before, after }: Params<'disassembly'>,
): Promise<DisassemblyModel> {
  const current = session.currentFrame()?.instruction ?? session.registers()?.ip;
  const at = address ?? current;
  if (at === undefined) throw new NotAvailable('The dump has no registers for this thread: type an address');
  const rows = await codeAround(session, pace, { address: at, before, after });
  const { machine, symbols } = session;
  return {
    at,
    current,
    rows: rows.map(({ instruction: i, heading, missing }): DisassemblyRowModel => {
      return {
        address: i.address,
        bytes: Array.from(i.bytes, (b) => b.toString(16).padStart(2, '0')).join(''),
        mnemonic: missing ? '???' : i.mnemonic,
        operands: missing ? '' : plainOperands(i),
        target: i.target,
        targetName: i.target === undefined ? undefined : nameOf(i.target, { machine, symbols }),
        flow: i.flow,
        heading: heading?.name,
        source: heading?.source,
        missing: missing ?? false,
      };
    }),
  };
}
