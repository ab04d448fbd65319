import { type Address, readAsciiz } from '../../target/index.ts';
import type { CrtContext } from '../crtInput.ts';
import type { CallFrame, CallStack } from './callFrame.ts';
import { argumentOf } from './frameArguments.ts';
import { isDebugReport } from './freeFunctions.ts';
import type { FrameName, MisuseInput } from './misuseModel.ts';

/** What a debug runtime is saying while the dump is written. */
export interface DebugReport {
  /** a sentence */
  readonly text: string;
}

/** Whether the stack above a chain ends in a debug runtime's report, or in the breakpoint behind one; what it says. */
export function reportOn(
  input: MisuseInput,
  stack: CallStack,
  inner: CallFrame | undefined,
): DebugReport | undefined {
  const above = stack.frames.filter((f) => inner && f.index < inner.index && !f.inline);
  for (const [i, frame] of above.entries()) {
    const named = input.nameOf(frame);
    if (!named || !isDebugReport(named.name)) continue;
    const caller = above.slice(i + 1)[0] ?? inner;
    const says = reportText(input, frame, caller, named);
    const name = `${frame.module?.name ?? '?'}!${named.name}`;
    return { text: `the debug runtime is reporting it: ${name}${says}` };
  }
  const innermost = above[0];
  if (innermost && stack.ofException && isBreakpoint(input.context)) {
    return { text: 'the debug runtime has stopped in a breakpoint: a check of its own failed' };
  }
  return undefined;
}

/** STATUS_BREAKPOINT (ntstatus.h) */
const BREAKPOINT = 0x80000003;

function isBreakpoint({ target }: CrtContext): boolean {
  return target.exception?.record.code === BREAKPOINT;
}

/** Bytes of a report's texts that are read: a path and a format are shorter. */
const MAX_TEXT = 512;
/** A file name or a format, as source code has them. */
const PRINTABLE = /^[\x20-\x7e]{2,}$/;

/** The file, the line and the format of a report: _CrtDbgReport(type, file, line, module, format, …). */
function reportText(
  { context }: MisuseInput,
  frame: CallFrame,
  caller: CallFrame | undefined,
  named: FrameName,
): string {
  if (!/^_CrtDbgReportA?$/.test(named.name)) return '';
  const argument = (index: number): Address | undefined =>
    argumentOf(context, frame, caller, named.start, index)?.value;
  const text = (index: number): string | undefined => {
    const at = argument(index);
    const found = at ? readAsciiz(context.target.memory, at, MAX_TEXT)?.replace(/\s+/g, ' ') : undefined;
    // another function of this name may take other arguments: what is no text is not shown as one
    return found !== undefined && PRINTABLE.test(found) ? found : undefined;
  };
  const file = text(1);
  const line = argument(2);
  const format = text(4);
  const place = file && line !== undefined ? ` at ${file}(${line})` : '';
  return format ? `${place}, "${format}"` : place;
}
