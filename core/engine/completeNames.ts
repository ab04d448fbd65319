import type { Session } from '../commands/index.ts';
import { AwaitFirst } from '../errors/index.ts';
import type { ModuleSymbols } from '../symbols/index.ts';
import type { Module } from '../target/index.ts';
import { escapeWildcards } from '../types/index.ts';

/** Names of symbols that `module!name` begins, so many at most. */
export function symbolNames(session: Session, word: string, most: number): string[] {
  const { module, name } = parts(session, word);
  const known = module && symbolsOf(session, module);
  if (!module || !known) return [];
  const found: string[] = [];
  for (const s of known.match(`${name}*`)) {
    found.push(`${module.name}!${s.name}`);
    if (found.length >= most) break;
  }
  return found;
}

/** Names of types that `module!name` begins, so many at most; without a module those of Windows itself. */
export function typeNames(session: Session, word: string, most: number): string[] {
  const { module, prefix, name } = parts(session, word);
  if (name === '' || (prefix !== '' && !module)) return [];
  const pattern = `${escapeWildcards(name)}*`;
  const isWindows = !module || module.name.toLowerCase() === 'ntdll';
  const sources = [
    ...(isWindows ? session.layouts().sources : []),
    module && symbolsOf(session, module)?.types,
  ];
  const found = new Set<string>();
  for (const source of sources) {
    for (const n of source?.names(pattern) ?? []) {
      if (found.size >= most) return [...found];
      found.add(`${prefix}${n}`);
    }
  }
  return [...found];
}

/** `module!name`, and the module where there is one of that name. */
function parts(session: Session, word: string): { module?: Module; prefix: string; name: string } {
  const bang = word.indexOf('!');
  if (bang < 0) return { prefix: '', name: word };
  const module = session.target.modules.byName(word.slice(0, bang));
  return { module, prefix: word.slice(0, bang + 1), name: word.slice(bang + 1) };
}

/** What lies on this machine: a key press must not start a download. */
function symbolsOf(session: Session, module: Module): ModuleSymbols | undefined {
  try {
    return session.symbols.of(module, { download: false });
  } catch (e) {
    if (e instanceof AwaitFirst) return undefined;
    throw e;
  }
}
