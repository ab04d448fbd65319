import type { CppValue } from '../eval/index.ts';
import type { NatvisProblem, Visualization } from '../model/index.ts';
import { span, type Output } from '../output/index.ts';
import type { Address, Memory } from '../target/index.ts';
import type { RecordType } from '../types/index.ts';
import type { Session } from './session.ts';

/** What NatVis files say of a session's objects. Their code is loaded with the first file. */
export interface SessionVisualizers {
  /** How an object is shown; undefined for types that no file knows. */
  of(value: CppValue, view?: string): Visualization | undefined;
  /** The text of an object, for displays of one line. */
  text(record: RecordType, address: Address, memory: Memory, module: string | undefined): string | undefined;
  /** What went wrong since this was last asked. */
  takeProblems(): readonly NatvisProblem[];
}

const bySession = new WeakMap<Session, SessionVisualizers>();

/** The visualizers of a session; undefined while no file is loaded. */
export function visualizersOf(session: Session): SessionVisualizers | undefined {
  return bySession.get(session);
}

/** Sets the visualizers of a session: what loads the first file does. */
export function setVisualizers(session: Session, visualizers: SessionVisualizers): void {
  bySession.set(session, visualizers);
}

/** `C:\dog.natvis(4): CDog: {m_age}: Couldn't resolve error at 'm_age'` */
export function problemText({ file, line, type, expression, message }: NatvisProblem): string {
  const where = [type, expression === undefined ? undefined : `{${expression}}`].filter(
    (part) => part !== undefined,
  );
  return [`${file}(${line})`, ...where, message].join(': ');
}

/** Prints what went wrong in NatVis files since the last command. */
export function printProblems(session: Session, out: Output): void {
  for (const problem of visualizersOf(session)?.takeProblems() ?? [])
    out.line(span(`NatVis: ${problemText(problem)}`, 'warning'));
}

/** Names of modules whose symbols have been asked for NatVis files of their own. */
const asked = new WeakMap<Session, Set<string>>();

/** Loads the NatVis files that came with the symbols of modules, once for each module whose symbols are loaded. */
export async function loadEmbedded(session: Session): Promise<void> {
  let done = asked.get(session);
  if (!done) asked.set(session, (done = new Set<string>()));
  for (const module of session.target.modules) {
    const symbols = session.symbols.loaded(module);
    if (!symbols || done.has(module.name)) continue;
    done.add(module.name);
    const sources = symbols.injectedSources?.().filter(({ name }) => /\.natvis$/i.test(name)) ?? [];
    if (sources.length === 0) continue;
    const { loadSources } = await import('./natvis/index.ts');
    loadSources(session, module, sources);
  }
}
