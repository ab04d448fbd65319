import type { Blame, NamedFrame, Recursion } from './model.ts';
import { skipReason } from './skipRules.ts';

/** Frames that are looked through for one to blame: beyond them a stack is recursion. */
const MAX_LOOKED_AT = 1000;

/**
 * The frame that is held responsible: the innermost that no rule passes over, of a recursion the innermost of the
 * cycle. Where all are passed over the innermost one stands for the whole; where a stack has no frame in any module
 * there is none.
 */
export function blameFrame(frames: readonly NamedFrame[], recursion?: Recursion): Blame | undefined {
  const skipped: { frame: NamedFrame; why: string }[] = [];
  const turning = recursion?.cycle.find((f) => skipReason(f) === undefined);
  if (turning) {
    const inner = frames.slice(0, turning.frame.index).map((frame) => ({
      frame,
      why: skipReason(frame) ?? 'called by the functions that call each other endlessly',
    }));
    return { frame: turning, symbol: symbolName(turning), skipped: inner, isFallback: false };
  }
  for (const frame of frames.slice(0, MAX_LOOKED_AT)) {
    const why = skipReason(frame);
    if (why === undefined) return { frame, symbol: symbolName(frame), skipped, isFallback: false };
    skipped.push({ frame, why });
  }
  const first = frames.find((f) => f.module);
  return first && { frame: first, symbol: symbolName(first), skipped: [], isFallback: true };
}

/** WinDbg's SYMBOL_NAME: `AccessV!main+101`, `TextEditor+3f67`. */
function symbolName({ module, function: name, displacement, isExport, frame }: NamedFrame): string {
  if (!module) return 'unknown';
  const known = name !== undefined && !isExport;
  const offset = known ? displacement : frame.instruction - module.base;
  return `${module.name}${known ? `!${name}` : ''}+${offset.toString(16)}`;
}
