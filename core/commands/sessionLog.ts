import type { OutputFile } from './outputFiles.ts';
import type { Session } from './session.ts';

/** Lines that .write_cmd_hist gives at most. */
const MAX_HISTORY = 10_000;

interface Journal {
  log?: { readonly file: OutputFile; readonly wide: boolean };
  readonly history: string[];
}

const journals = new WeakMap<Session, Journal>();

function journalOf(session: Session): Journal {
  let found = journals.get(session);
  if (!found) {
    found = { history: [] };
    journals.set(session, found);
  }
  return found;
}

/** Makes a session that was opened beside another write to the same log. */
export function shareLog(session: Session, other: Session): void {
  journals.set(session, journalOf(other));
}

/** The log that is open. */
export function openLogOf(session: Session): OutputFile | undefined {
  return journalOf(session).log?.file;
}

/** Makes a file the log; the one before is closed. */
export function startLog(session: Session, file: OutputFile, wide: boolean, fresh: boolean): void {
  stopLog(session);
  journalOf(session).log = { file, wide };
  // the mark by which editors know UTF-16
  if (wide && fresh) file.write(Uint8Array.of(0xff, 0xfe));
}

/** Closes the log; undefined where none was open. */
export function stopLog(session: Session): OutputFile | undefined {
  const journal = journalOf(session);
  const file = journal.log?.file;
  journal.log = undefined;
  file?.close();
  return file;
}

/** Adds a line to the log, where one is open. */
export function logLine(session: Session, text: string): void {
  const log = journals.get(session)?.log;
  if (!log) return;
  log.file.write(log.wide ? utf16(`${text}\n`) : new TextEncoder().encode(`${text}\n`));
}

/** Takes note of a command that a person or a script gave. */
export function noteCommand(session: Session, command: string): void {
  const { history } = journalOf(session);
  history.push(command);
  if (history.length > MAX_HISTORY) history.shift();
}

/** The commands that were given, oldest first. */
export function commandHistory(session: Session): readonly string[] {
  return journalOf(session).history;
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return bytes;
}
