import { span, type Line } from '../output/index.ts';
import type { SymbolAttempt, SymbolLoad } from '../symbols/index.ts';
import type { Session } from './session.ts';
import { settingsOf, SYMOPT } from './settings.ts';

/** `!sym noisy`: what was looked for since the last command, and where. Nothing in quiet mode. */
export function noisyLines(session: Session): Line[] {
  const loads = session.symbols.takeLoads();
  return settingsOf(session).symbolOptions & SYMOPT.debug ? loads.flatMap(loadLines) : [];
}

/** The places of one load, then what came of it, in dbghelp's words. */
export function loadLines(load: SymbolLoad): Line[] {
  return [...load.attempts.map((a) => [{ text: attemptText(a) }]), ...resultLines(load).map((l) => [l])];
}

function attemptText({ place, outcome, detail }: SymbolAttempt): string {
  const because = detail === undefined ? '' : ` (${detail})`;
  const who = /^https?:/i.test(place) ? 'SYMSRV:  ' : 'DBGHELP: ';
  const words: Readonly<Record<SymbolAttempt['outcome'], string>> = {
    taken: `OK${because}`,
    'not found': `${who === 'SYMSRV:  ' ? 'not found' : 'file not found'}${because}`,
    mismatch: `mismatched pdb${because}`,
    unreadable: `cannot be read${because}`,
    refused: `refused${because}`,
    'not asked':
      because === '' ? 'not asked: only a name with its module asks a server' : `not asked${because}`,
  };
  return `${who}${place} - ${words[outcome]}`;
}

function resultLines({ module, symbols }: SymbolLoad): ReturnType<typeof span>[] {
  const lines = [span(`DBGHELP: ${module.name} - ${kindText(symbols)}`)];
  if (symbols?.file !== undefined) lines.push(span(`         ${symbols.file}`, 'file'));
  return lines;
}

function kindText(symbols: SymbolLoad['symbols']): string {
  switch (symbols?.status) {
    case undefined:
    case 'none':
      return 'no symbols loaded';
    case 'export':
      return 'export symbols';
    case 'breakpad':
      return 'breakpad symbols & lines';
    case 'pdb':
      return symbols.private ? 'private symbols & lines' : 'public symbols';
  }
}
