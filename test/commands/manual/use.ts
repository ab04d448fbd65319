import type { ErrorCode } from '../../../core/errors/index.ts';

/** The dumps that the manual's forms are tried on. */
export type UseDump =
  /** a full dump of the lab's x86 program under Wine, with its PDB, in the frame of `wmain` */
  | 'lab'
  /** the same program when it crashed */
  | 'crash'
  /** a bundled one of a 32-bit program on Windows 7, with three NT heaps */
  | 'windows7'
  /** a 32-bit program seen by a 64-bit dumper */
  | 'wow64';

/** One form of the manual, or one option of it, as a person types it, and what its output has in it. */
export interface Use {
  readonly line: string;
  /** what the text has, or the sentence of a refusal */
  readonly prints: RegExp;
  readonly on: UseDump;
  /** refused on purpose: what the manual has it for is not in a dump, or is not done here, and that is said */
  readonly refused?: ErrorCode;
}

/** A line that works. */
export function use(line: string, prints: RegExp, on: UseDump = 'lab'): Use {
  return { line, prints, on };
}

/** A line that is answered with a reason. */
export function refused(
  line: string,
  prints: RegExp,
  code: ErrorCode = 'not-applicable',
  on: UseDump = 'lab',
): Use {
  return { line, prints, on, refused: code };
}

/** By form or by `family option`: how it is typed; a sentence where the list's entry is no option of its own. */
export type Uses = Readonly<Record<string, Use | readonly Use[] | string>>;
