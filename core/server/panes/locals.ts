import { readLocals } from '../../commands/locals/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { LocalsModel } from '../../protocol/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** Parameters and locals of the frame in effect; why there are none, where symbols do not say. */
export function localsPane({ session }: PaneCall): LocalsModel {
  const frame = session.currentFrame();
  const at = frame && session.symbols.describe(frame.lookup);
  const base = { frame: session.frame, function: at };
  try {
    const rows = readLocals(session, () => true).map((row) => ({
      name: row.name,
      type: row.type,
      parameter: row.isParameter,
      address: row.address,
      register: row.register,
      value: row.text,
    }));
    const note = rows.length === 0 ? 'This function has no parameters and no locals here.' : undefined;
    return { ...base, rows, note };
  } catch (e) {
    if (!(e instanceof NotAvailable)) throw e;
    return { ...base, rows: [], note: whyNone(frame?.module?.name) };
  }
}

function whyNone(module: string | undefined): string {
  return module === undefined
    ? 'The frame lies in no module: there are no symbols for it. Choose another frame.'
    : `Locals need private symbols (a full PDB), and ${module} has none. Add its PDB, or choose a frame of your own code.`;
}
