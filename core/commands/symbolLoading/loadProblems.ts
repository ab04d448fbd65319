import { span, type Line } from '../../output/index.ts';
import type { SymbolAttempt } from '../../symbols/index.ts';
import type { Module } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** Column of the reason in the summary of errors. */
const ERROR_COLUMN = 23;

/** What of a module's loading a person should know at once: no symbols, symbols of another build, no checksum. */
export interface LoadProblem {
  readonly module: Module;
  readonly warning: string;
  /** why there are none, where there are none */
  readonly error?: string;
}

/** Looks at modules whose symbols were asked for. */
export function loadProblems(session: Session, modules: readonly Module[]): LoadProblem[] {
  return modules.flatMap((module) => problemsOf(session, module));
}

/** The warnings one by one, then the summary that the debugger prints under a forced load. */
export function problemLines(problems: readonly LoadProblem[], summary: boolean): Line[] {
  const lines: Line[] = problems.map(({ warning }) => [span(warning, 'warning')]);
  const failed = problems.filter((p) => p.error !== undefined);
  if (!summary || failed.length === 0) return lines;
  const rows = failed.map(({ module, error }) => `${module.name.padEnd(ERROR_COLUMN)}${error}`);
  const heading = ['', '************* Symbol Loading Error Summary **************'];
  const text = [...heading, `${'Module name'.padEnd(ERROR_COLUMN)}Error`, ...rows];
  return [...lines, ...text.map((t) => [span(t)])];
}

function problemsOf(session: Session, module: Module): LoadProblem[] {
  const { symbols } = session;
  const loaded = symbols.loaded(module);
  const attempts = symbols.reasons(module);
  const because = reasonOf(attempts);
  switch (loaded?.status) {
    case undefined:
    case 'none': {
      const warning = `*** ERROR: Module load completed but symbols could not be loaded for ${module.fileName}`;
      return [{ module, warning, error: because }];
    }
    case 'export': {
      const warning = `*** ERROR: Symbol file could not be found.  Defaulted to export symbols for ${module.fileName} - `;
      return [{ module, warning, error: because }];
    }
    default: {
      const taken = attempts.find((a) => a.mismatched);
      if (taken) {
        const warning = `*** WARNING: the symbols of ${module.fileName} belong to another image: ${taken.detail ?? ''}`;
        return [{ module, warning }];
      }
      if (module.timestamp === 0)
        return [{ module, warning: `*** WARNING: Unable to verify timestamp for ${module.fileName}` }];
      if (module.checksum === 0)
        return [{ module, warning: `*** WARNING: Unable to verify checksum for ${module.fileName}` }];
      return [];
    }
  }
}

/** The most telling of the places looked at: a file that was refused or is another, a server's answer, else none. */
function reasonOf(attempts: readonly SymbolAttempt[]): string {
  const looked = attempts.filter((a) => a.outcome !== 'taken');
  const refused = looked.find((a) => a.outcome !== 'not found' && a.outcome !== 'not asked');
  const telling = refused ?? looked.find((a) => a.detail !== undefined);
  if (!telling) return looked.length ? 'The system cannot find the file specified' : 'nothing was looked for';
  return `${telling.outcome}: ${telling.place}${telling.detail === undefined ? '' : `: ${telling.detail}`}`;
}
