import type { Engine } from './engine.ts';

/** More than a screen of candidates helps nobody. */
const MAX_CANDIDATES = 200;

/** What may stand in place of the last word of a line: command names at the start of a command, else module names. */
export function completions(engine: Engine, line: string): { candidates: string[]; word: string } {
  const command = line.slice(line.lastIndexOf(';') + 1).trimStart();
  if (!/\s/.test(command))
    return { candidates: engine.registry.complete(command).slice(0, MAX_CANDIDATES), word: command };
  const word = /[^\s"()+,-]*$/.exec(command)?.[0] ?? '';
  return { candidates: afterCommand(engine, word).slice(0, MAX_CANDIDATES), word };
}

function afterCommand({ session }: Engine, word: string): string[] {
  const bang = word.indexOf('!');
  const modules = [...session.target.modules];
  if (bang < 0)
    return modules.map((m) => m.name).filter((name) => name.toLowerCase().startsWith(word.toLowerCase()));
  const module = session.target.modules.byName(word.slice(0, bang));
  // what is loaded already: a key press must not start a download
  const symbols = module && session.symbols.loaded(module);
  if (!module || !symbols) return [];
  const found: string[] = [];
  for (const s of symbols.match(`${word.slice(bang + 1)}*`)) {
    found.push(`${module.name}!${s.name}`);
    if (found.length >= MAX_CANDIDATES) break;
  }
  return found.sort();
}
