import { span, type Line } from '../../output/index.ts';
import type { Session } from '../session.ts';
import { settingsOf } from '../settings.ts';
import { asksSourceServers, type SourcePoint } from './currentSource.ts';
import { servedData, servedText } from './servedText.ts';

/** Width of a line's number, without the mark before it. */
const NUMBER = 5;
/** `.srcnoisy 1` */
const NOISY_SOURCE = 1;
/** `.srcnoisy 2` */
const NOISY_SERVER = 2;

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
  const noise = noisyLines(point, settingsOf(session).noisySource);
  if (!text) {
    const why = session.sources
      ? 'not found on the source path (.srcpath)'
      : 'no source files are looked for here';
    const asked = asksSourceServers(session);
    const served = (point.served ?? []).map((s): Line => [span(servedText(s, asked))]);
    return [...noise, [span(`${point.file} @ ${point.line}: ${why}`, 'missing')], ...served];
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
    served: point.served?.map(servedData),
    marked,
    lines: text?.lines
      .slice(first - 1, first - 1 + count)
      .map((line, i) => ({ number: first + i, text: line })),
  };
}

/** `.srcnoisy`: where files were looked for, and what servers answered. */
function noisyLines({ attempts }: SourcePoint, noisy: number): Line[] {
  return attempts.flatMap(({ place, outcome, detail }): Line[] => {
    const isServer = /^https?:/i.test(place);
    if (!(noisy & (isServer ? NOISY_SERVER : NOISY_SOURCE))) return [];
    const because = detail === undefined ? '' : ` (${detail})`;
    const who = isServer ? 'SRCSRV:  ' : 'DBGENG:    ';
    return [[{ text: `${who}'${place}' - ${outcome === 'taken' ? 'found' : outcome}${because}` }]];
  });
}
