import { exceptionName, isCustomerCode } from '../../analysis/index.ts';
import { systemModel } from '../../commands/basics/index.ts';
import type { Session } from '../../commands/index.ts';
import { loadErrorTexts } from '../../process/index.ts';

/** SEVERITY of an NTSTATUS: errors and warnings have this bit. */
const FAILURE = 0x80000000;

/** What an exception code is called: by the debugger, else as NTSTATUS. The table of those loads when it is needed. */
export async function codeName(session: Session, code: number): Promise<string> {
  // Breakpad and Crashpad write the number of a signal or a Mach exception there
  if (!systemModel(session).isWindows) return 'A signal or exception of another system';
  const known = exceptionName(code);
  if (known !== undefined) return known;
  if (isCustomerCode(code)) return 'An exception of the program’s own';
  const status = (code & FAILURE) !== 0 ? (await loadErrorTexts()).ntstatus(code >>> 0).name : undefined;
  return status ?? 'An exception that Windows has no name for';
}
