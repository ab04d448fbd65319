import { NotAvailable } from '../../errors/index.ts';
import {
  findSource,
  type FoundSource,
  type ServedSource,
  type SourceAttempt,
  type SourceFiles,
} from '../../symbols/index.ts';
import type { Address, Module } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { settingsOf, SYMOPT } from '../settings.ts';
import { elementsOf } from '../symbolPaths/index.ts';

/** A place in a source file, as symbols or the person name it. */
export interface SourcePoint {
  /** the file as the symbols have it, or where the person found it */
  readonly file: string;
  readonly line: number;
  /** the text, where it was found */
  readonly text?: FoundSource;
  readonly attempts: readonly SourceAttempt[];
  /** where the module's PDB says that the file can be had */
  readonly served?: readonly ServedSource[];
}

/** The file that ls goes on with, and the line it begins with next. */
export interface CurrentSource {
  readonly point: SourcePoint;
  next: number;
}

const current = new WeakMap<Session, CurrentSource>();

export function currentSource(session: Session): CurrentSource | undefined {
  return current.get(session);
}

export function setCurrentSource(session: Session, point: SourcePoint | undefined): void {
  if (point) current.set(session, { point, next: point.line });
  else current.delete(session);
}

/** The source files of the host; throws `NotAvailable` where it has none. */
export function sourcesOf(session: Session): SourceFiles {
  if (session.sources) return session.sources;
  throw new NotAvailable('no source files are looked for here');
}

/** The folders of the source path. */
export function sourceFolders(session: Session): string[] {
  return elementsOf(settingsOf(session).sourcePath);
}

/** The source line that an address belongs to, and its file's text where that is found. Throws `NotAvailable`. */
export function sourceAt(session: Session, address: Address): SourcePoint {
  const line = session.symbols.line(address);
  if (!line) throw new NotAvailable(`no source line is known for 0x${address.toString(16)}`);
  return withText(session, line, line.module);
}

/** The line of the frame in effect: of an inlined function its own. Throws `NotAvailable`. */
export function sourceOfFrame(session: Session): SourcePoint {
  const frame = session.currentFrame();
  if (!frame) throw new NotAvailable('there is no frame');
  const inlined = frame.inlined?.source;
  return inlined ? withText(session, inlined, frame.module) : sourceAt(session, frame.lookup);
}

/** Whether source servers may be asked: `srv*` in the source path, and no secure mode. */
export function asksSourceServers(session: Session): boolean {
  const secure = (settingsOf(session).symbolOptions & SYMOPT.secure) !== 0;
  return !secure && sourceFolders(session).some((folder) => /^srv\*/i.test(folder));
}

function withText(
  session: Session,
  line: Parameters<typeof findSource>[1] & { line: number },
  module: Module | undefined,
): SourcePoint {
  const indexes = (module && session.symbols.of(module)?.sourceIndexes) ?? [];
  const served = indexes.flatMap((index) => index.find(line.file) ?? []);
  const { sources } = session;
  const asked = asksSourceServers(session) ? served : [];
  const servers = asked.flatMap((s) => (s.kind === 'web' ? (sources?.served?.(s.url) ?? []) : []));
  const search = sources
    ? findSource(sources, line, sourceFolders(session), servers)
    : { attempts: [] as const };
  return {
    ...(served.length > 0 ? { served } : {}),
    file: line.file,
    line: line.line,
    text: 'found' in search ? search.found : undefined,
    attempts: search.attempts,
  };
}
