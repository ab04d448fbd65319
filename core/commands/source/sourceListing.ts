import { span, type Line } from '../../output/index.ts';
import type { Session } from '../session.ts';
import { settingsOf } from '../settings.ts';
import type { SourcePoint } from './currentSource.ts';

/** Width of a line's number, without the mark before it. */
const NUMBER = 5;
/** `.srcnoisy 1` */
const NOISY_SOURCE = 1;

/** Lines of a file to show: from `first` on, `count` of them. */
export interface ListedLines {
  readonly point: SourcePoint;
  readonly first: number;
  readonly count: number;
  /** the line that gets the mark */
  readonly marked?: number;
}

/** The lines as the debugger lists them, below what should be known of the file; why there are none where it is absent. */
export function listingLines(session: Session, { point, first, count, marked }: ListedLines): Line[] {
  const { text } = point;
  const noise = settingsOf(session).noisySource & NOISY_SOURCE ? noisyLines(point) : [];
  if (!text) {
    const why = session.sources
      ? 'not found on the source path (.srcpath)'
      : 'no source files are looked for here';
    return [...noise, [span(`${point.file} @ ${point.line}: ${why}`, 'missing')]];
  }
  const notes: Line[] = [];
  if (text.checksum === 'differs') {
    const note = `WARNING: ${text.place} is not the file that was compiled: its checksum differs`;
    notes.push([span(note, 'warning')]);
  }
  const rows = text.lines.slice(first - 1, first - 1 + count).map((line, i): Line => {
    const number = first + i;
    return [{ text: `${number === marked ? '>' : ' '}${String(number).padStart(NUMBER)}: ${line}` }];
  });
  if (rows.length === 0) {
    notes.push([span(`${text.place} has ${text.lines.length} lines`, 'missing')]);
  }
  return [...noise, ...notes, ...rows];
}

export function listingData({ point, first, count, marked }: ListedLines) {
  const { text } = point;
  return {
    file: point.file,
    line: point.line,
    place: text?.place,
    checksum: text?.checksum,
    marked,
    lines: text?.lines
      .slice(first - 1, first - 1 + count)
      .map((line, i) => ({ number: first + i, text: line })),
  };
}

function noisyLines({ attempts }: SourcePoint): Line[] {
  return attempts.map(({ place, outcome }) => [
    { text: `DBGENG:    '${place}' - ${outcome === 'taken' ? 'found' : outcome}` },
  ]);
}
