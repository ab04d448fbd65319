import type { SymbolStatus } from '../../symbols/index.ts';
import type { Module } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** What lm says of a module's symbols. */
export interface ModuleSymbolStatus {
  readonly status: SymbolStatus;
  readonly private: boolean;
  /** where they came from, once loaded */
  readonly file?: string;
  /**
   * The mark before the status ("Symbol Status Abbreviations" of the debugger's documentation): `M` symbols of another
   * build, taken because the person said so; `#` an image whose headers are not those that the dump's list names; `T` no
   * timestamp, `C` no checksum. Deferred modules have none.
   */
  readonly mark: 'M' | '#' | 'T' | 'C' | ' ';
}

/** Width of the status column: `(private pdb symbols)` and two blanks */
const COLUMN = 23;

/** Asks the symbol service without making it load anything. */
export function symbolStatusOf(session: Session, module: Module): ModuleSymbolStatus {
  const { symbols } = session;
  const status = symbols.status(module);
  const loaded = symbols.loaded(module);
  const mismatch = symbols.reasons(module).some((attempt) => attempt.mismatched);
  return {
    status,
    private: loaded?.private ?? false,
    file: loaded?.file,
    mark: status === 'deferred' ? ' ' : markOf(module, mismatch),
  };
}

function markOf(module: Module, mismatch: boolean): ModuleSymbolStatus['mark'] {
  const { image, timestamp, checksum } = module;
  if (mismatch) return 'M';
  if (timestamp === 0) return 'T';
  if (image && image.timestamp !== timestamp) return '#';
  return checksum === 0 ? 'C' : ' ';
}

/** `(pdb symbols)          `: the status as wide as its column. */
export function statusColumn(status: ModuleSymbolStatus): string {
  return `(${statusText(status)})`.padEnd(COLUMN);
}

/** `pdb symbols`, `deferred`, `no symbols`. */
export function statusText({ status, private: isPrivate }: ModuleSymbolStatus): string {
  switch (status) {
    case 'none':
      return 'no symbols';
    case 'deferred':
      return 'deferred';
    default:
      return isPrivate ? `private ${status} symbols` : `${status} symbols`;
  }
}

/** Whether `lme` lists it: loaded, and not as it should be. */
export function hasSymbolProblem({ status, mark }: ModuleSymbolStatus): boolean {
  return status === 'none' || status === 'export' || mark !== ' ';
}
