import { NotAvailable, UsageError } from '../../errors/index.ts';
import { span, type Output } from '../../output/index.ts';
import { sourceLines } from '../../symbols/index.ts';
import { command } from '../command.ts';
import type { Session } from '../session.ts';
import { servedData, servedText } from './servedText.ts';
import {
  asksSourceServers,
  currentSource,
  setCurrentSource,
  sourceAt,
  sourceFolders,
  sourceOfFrame,
  sourcesOf,
  type SourcePoint,
} from './currentSource.ts';

/** `lsc`: which file and line ls goes on with. */
export const lsc = command<SourcePoint>({
  name: 'lsc',
  tier: 'C',
  syntax: ['lsc'],
  summary: 'Names the current source file and line.',
  run: ({ session }) => pointNow(session),
  print: (point, out, { session }) => {
    out.line(`Current: ${placeOf(point)}(${point.line})`);
    for (const served of point.served ?? []) out.line(servedText(served, asksSourceServers(session)));
  },
  data: pointData,
});

/** `lse`: in the debugger this starts an editor. */
export const lse = command<SourcePoint>({
  name: 'lse',
  tier: 'C',
  syntax: ['lse'],
  summary: 'Says where the current source file is; no editor is started from here.',
  run: ({ session }) => pointNow(session),
  print: (point, out) => {
    out.line('No editor is started from here. The current source is ', span(placeOf(point), 'file'));
    out.line(`line ${point.line}`);
  },
  data: pointData,
});

/** `lsf main.cpp`: makes a file the current one; `lsf- main.cpp` takes it away again. */
export const lsf = command<SourcePoint | undefined>({
  name: 'lsf',
  beyond: 'reads files',
  aliases: ['lsf-'],
  tier: 'C',
  syntax: ['lsf Filename', 'lsf- Filename'],
  summary: 'Loads a source file for ls, or unloads it.',
  run({ session, args, name }) {
    if (args === '') throw new UsageError(`${name} takes the name of a file`);
    if (name === 'lsf') return load(session, unquoted(args));
    const place = currentSource(session)?.point.text?.place;
    if (place === undefined || !isNamed(place, unquoted(args)))
      throw new UsageError(`${args} is not loaded`, 'unresolved');
    setCurrentSource(session, undefined);
    return undefined;
  },
  print: printLoaded,
  data: (point) => ({ ...(point && pointData(point)) }),
});

/** `.open main.cpp`, `.open -a ADDRESS`: the file becomes the current one; hosts with panes may show it. */
export const open = command<SourcePoint | undefined>({
  name: '.open',
  beyond: 'reads files',
  tier: 'C',
  syntax: ['.open [-m Address] FileName', '.open -a Address'],
  summary: 'Makes a source file the current one: by name, or the one that an address belongs to.',
  options: [
    { flag: '-a Address', meaning: "the file of the address' line" },
    { flag: '-m Address', meaning: 'accepted: the module does not matter, files are found by name' },
  ],
  run({ session, args }) {
    const byAddress = /^-a\s+(.+)$/.exec(args)?.[1];
    if (byAddress !== undefined) {
      const point = sourceAt(session, session.evaluator.address(byAddress));
      setCurrentSource(session, point);
      return point;
    }
    const file = unquoted(args.replace(/^-m\s+\S+\s*/, ''));
    if (file === '') throw new UsageError('.open takes the name of a file, or -a and an address');
    return load(session, file);
  },
  print: printLoaded,
  data: (point) => ({ ...(point && pointData(point)) }),
});

function load(session: Session, name: string): SourcePoint {
  const found = sourcesOf(session).named(name, sourceFolders(session));
  const bytes = found?.read();
  if (!found || !bytes) throw new NotAvailable(`${name}: there is no such file, nor on the source path`);
  const text = { place: found.place, lines: sourceLines(bytes), checksum: 'unknown' } as const;
  const point: SourcePoint = { file: found.place, line: 1, text, attempts: [] };
  setCurrentSource(session, point);
  return point;
}

function pointNow(session: Session): SourcePoint {
  const known = currentSource(session);
  return known ? { ...known.point, line: known.next } : sourceOfFrame(session);
}

function printLoaded(point: SourcePoint | undefined, out: Output): void {
  if (point) out.line(span(placeOf(point), 'file'), `: ${point.text?.lines.length ?? 'no'} lines`);
}

function placeOf({ file, text }: SourcePoint): string {
  return text?.place ?? file;
}

function pointData({ file, line, text, served }: SourcePoint) {
  return { file, line, place: text?.place, lines: text?.lines.length, served: served?.map(servedData) };
}

function isNamed(place: string, name: string): boolean {
  const [a, b] = [place, name].map((p) => p.replaceAll('\\', '/').toLowerCase());
  return a === b || (a ?? '').endsWith(`/${b ?? ''}`);
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}
