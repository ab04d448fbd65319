import type { ModuleRowModel } from '../../core/protocol/index.ts';

/** The state of a module's symbols in a word or two, as lm has it. */
export function symbolsText(m: ModuleRowModel): string {
  return m.unloaded ? 'unloaded' : `${m.private ? 'private ' : ''}${m.symbols}`;
}

/** Where its symbols came from, or why there are none. */
export function symbolsReason(m: ModuleRowModel): string {
  if (m.unloaded) return 'it was unloaded before the dump was written';
  if (m.missing) return m.missing.why;
  if (m.symbolFile !== undefined) return m.symbolFile.split(/[\\/]/).at(-1) ?? m.symbolFile;
  return m.symbols === 'deferred' ? 'looked for when needed' : '';
}

/** What there is to know of a module's symbols: what it wants, what was tried, what to do. */
export function symbolsTip(m: ModuleRowModel): string {
  return lines([
    m.missing ? `${capitalized(m.missing.why)}. ${m.missing.todo}` : symbolsReason(m),
    m.symbolFile,
    m.wants && `wants ${m.wants}`,
    m.reason && `Looked at:\n${m.reason}`,
  ]);
}

/** What tells a module's build from others. */
export function moduleTip(m: ModuleRowModel): string {
  const time = m.timestamp === undefined ? '' : ` (${new Date(m.timestamp * 1000).toUTCString()})`;
  return lines([
    m.path,
    m.version && `version ${m.version}`,
    `timestamp ${digits(m.stamp)}${time}`,
    `checksum ${digits(m.checksum)}`,
    `${m.start.toString(16)} to ${m.end.toString(16)}`,
    m.wants && `PDB ${m.wants}`,
  ]);
}

function digits(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function lines(texts: readonly (string | undefined)[]): string {
  return texts.filter((t) => t !== undefined && t !== '').join('\n');
}
