import type { CommandResult } from '../core/engine/index.ts';
import type { ErrorCode } from '../core/errors/index.ts';
import type { JsonObject } from '../core/output/index.ts';
import type { TriageSummary } from './triage/groups.ts';
import type { TriageData, TriageOutcome } from './triage/triageQueue.ts';

export type { ProgramData } from '../core/engine/index.ts';

/**
 * The lines of the JSON output. The files in schemas/ are made of these types and of those that the commands' data has:
 * a change that is no addition raises the version.
 */
export const SCHEMA_VERSION = 1;

/** What one command came to: a line of `--json`. */
export type CommandLine = AnsweredCommand | FailedCommand;

interface AnsweredCommand {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** as typed, aliases replaced; of control flow the whole statement */
  readonly command: string;
  readonly ok: true;
  /** absent where the command has none */
  readonly data?: JsonObject;
  /** what the command prints, lines separated by `\n` */
  readonly text: string;
}

interface FailedCommand {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** as typed, aliases replaced; of control flow the whole statement */
  readonly command: string;
  readonly ok: false;
  readonly error: {
    readonly code: ErrorCode;
    /** one sentence for people */
    readonly message: string;
  };
}

/** What one dump came to: a line of `triage --json`. */
export type TriageLine = TriagedDump | FailedDump;

interface TriagedDump {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly command: 'triage';
  readonly dump: string;
  readonly ok: true;
  readonly seconds: number;
  /** what `!analyze` gives */
  readonly data: TriageData;
}

interface FailedDump {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly command: 'triage';
  readonly dump: string;
  readonly ok: false;
  readonly seconds: number;
  readonly error: {
    /** a code of a command, or of the queue: `timeout`, `memory`, `worker-died`, `queue` */
    readonly code: string;
    /** one sentence for people */
    readonly message: string;
  };
}

/** The last line of `triage --json`: all dumps together. */
export interface TriageSummaryLine {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly command: 'triage';
  readonly ok: true;
  readonly data: TriageSummary;
  /** the same in words */
  readonly text: string;
}

/** The line of a command that printed `text`. */
export function commandLine({ command, data, error }: CommandResult, text: string): CommandLine {
  const head = { schemaVersion: SCHEMA_VERSION, command } as const;
  return error ? { ...head, ok: false, error } : { ...head, ok: true, data, text };
}

/** The line of a dump that a triage looked at. */
export function triageLine({ dump, ok, data, error, seconds }: TriageOutcome): TriageLine {
  const head = { schemaVersion: SCHEMA_VERSION, command: 'triage', dump } as const;
  return ok && data
    ? { ...head, ok: true, seconds: rounded(seconds), data }
    : { ...head, ok: false, seconds: rounded(seconds), error: error ?? UNEXPLAINED };
}

/** The line of a whole triage. */
export function triageSummaryLine(summary: TriageSummary, text: string): TriageSummaryLine {
  const data = { ...summary, seconds: rounded(summary.seconds) };
  return { schemaVersion: SCHEMA_VERSION, command: 'triage', ok: true, data, text };
}

const UNEXPLAINED = { code: 'internal', message: 'no reason given' };

/** To milliseconds. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
