import type { Address } from '../../target/index.ts';
import { span, type Part } from '../../output/index.ts';
import type { Session } from '../session.ts';
import { sourceParts } from '../sourceParts.ts';

/** What dps prints behind a value that lies in a module. */
export interface SymbolText {
  /** `ntdll!RtlFreeHeap+0x14e` */
  readonly name: string;
  readonly source?: { readonly file: string; readonly line: number };
}

/** Names the place that a value points to; undefined outside modules, those that were unloaded included. */
export function symbolText(session: Session, value: Address): SymbolText | undefined {
  const name = session.symbols.describe(value);
  if (name === undefined) return unloadedText(session, value);
  const line = session.symbols.line(value);
  return { name, source: line && { file: line.file, line: line.line } };
}

function unloadedText(session: Session, value: Address): SymbolText | undefined {
  const module = session.target.unloadedModules.find((m) => value >= m.start && value < m.end);
  return module && { name: `<Unloaded_${module.name}>+0x${(value - module.start).toString(16)}` };
}

/** What stands behind a value: its symbol and source. */
export function symbolParts({ name, source }: SymbolText, value: Address): Part[] {
  return [' ', span(name, 'symbol'), ...sourceParts(source, value)];
}
