import { readLocals, type LocalRow } from '../../commands/locals/index.ts';
import { frameText, nameFrame } from '../../commands/stack/index.ts';
import type { Session } from '../../commands/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { LocalRowModel, LocalsModel } from '../../protocol/index.ts';
import type { PaneCall } from '../paneCall.ts';
import { opened, pointerOf } from './types.ts';

/** Frames outwards that are looked at for one with locals: the system seldom has more above a program's own code. */
const LOOKED_AT = 64;

/** Parameters and locals of the frame in effect; why there are none, where symbols do not say. */
export function localsPane({ session }: PaneCall): LocalsModel {
  const frame = session.currentFrame();
  const at = frame && session.symbols.describe(frame.lookup);
  const base = { frame: session.frame, function: at };
  try {
    const rows = readLocals(session, () => true).map((row) => rowModel(row, frame?.module?.name));
    if (rows.length > 0) return { ...base, rows };
    const note = 'This function has no parameters and no locals here.';
    return { ...base, rows, note, frameWithLocals: frameWithLocals(session) };
  } catch (e) {
    if (!(e instanceof NotAvailable)) throw e;
    return {
      ...base,
      rows: [],
      note: whyNone(session, frame?.module?.name),
      frameWithLocals: frameWithLocals(session),
    };
  }
}

function rowModel(row: LocalRow, module: string | undefined): LocalRowModel {
  const { name, type, isParameter, address, register, value, text, variable } = row;
  return {
    name,
    type,
    parameter: isParameter,
    address,
    register,
    value: text,
    pointer: pointerOf(value),
    missing: value === undefined || value.kind === 'missing',
    // a structure in registers has no address to read its fields from; what a pointer there points to has
    opens: variable.type && opened(variable.type, address, value, module),
  };
}

function whyNone({ thread }: Session, module: string | undefined): string {
  if (!thread) return 'The dump has no thread whose locals there could be.';
  return module === undefined
    ? 'The frame lies in no module: there are no symbols for it.'
    : `Locals need private symbols (a full PDB), and ${module} has none: drop its PDB on this window.`;
}

/** The nearest outer frame whose module has private symbols. */
function frameWithLocals(session: Session): LocalsModel['frameWithLocals'] {
  const { frames } = session.walk(session.thread, {
    from: session.registers(),
    limit: session.frame + LOOKED_AT,
  });
  const found = frames.find(
    (f) =>
      f.index > session.frame && f.module !== undefined && session.symbols.loaded(f.module)?.private === true,
  );
  return found && { frame: found.index, text: frameText(nameFrame(session, found), found) };
}
