import type { CrashAnalysis } from '../../analysis/index.ts';
import type { ErrorText } from '../../process/index.ts';
import { type Line, type Part } from '../../output/index.ts';
import type { ExceptionModel } from '../exceptions/index.ts';

/** A row of STACK_TEXT: a frame's arguments beside what the analysis has of it. */
export type ArgumentWords = readonly (bigint | undefined)[];

/** What !analyze prints: the analysis, with what stands around it in WinDbg's text. */
export interface AnalyzeModel {
  readonly analysis: CrashAnalysis;
  readonly verbose: boolean;
  readonly exception?: ExceptionModel;
  readonly error?: ErrorText;
  /** the lines of r at the fault */
  readonly where: readonly Line[];
  /** FAULTING_IP: the place and the instruction alone */
  readonly faultingIp: readonly (readonly Part[])[];
  /** whether frames get their source lines (`.lines`) */
  readonly showsLines: boolean;
  /** one for each frame that is shown */
  readonly args: readonly ArgumentWords[];
  readonly dumpName: string;
  readonly processName?: string;
  readonly processVersion?: string;
  readonly globalFlag?: number;
  readonly comment?: string;
  readonly processUptimeSeconds?: number;
  readonly os: {
    readonly name: string;
    readonly version: string;
    readonly branch?: string;
    readonly platform: string;
  };
}
