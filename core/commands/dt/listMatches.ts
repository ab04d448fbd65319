/** `dt module!pattern*`: the variables and types of that name. */
import { formatAddress, type Output, span } from '../../output/index.ts';
import { compileWildcard } from '../../types/index.ts';
import type { Session } from '../session.ts';
import type { DtMatch, DtStyle } from './model.ts';
import { isSystem, moduleOf, sourcesOf, splitName } from './resolveName.ts';

/** Names listed at most: `dt *!*` of a large program goes on for ever. */
const MATCH_LIMIT = 20_000;

export interface MatchOptions {
  readonly typesOnly: boolean;
  /** -s: only what has this size, bytes */
  readonly size?: number;
}

/** Variables with types, then types, module by module. */
export function listMatches(session: Session, text: string, options: MatchOptions): DtMatch[] {
  const { module: moduleText, name } = splitName(text);
  const matches: DtMatch[] = [];
  const pattern = compileWildcard(name, { symbol: true });
  const wanted = (size: number | undefined) => options.size === undefined || size === options.size;
  for (const module of modulesOf(session, moduleText)) {
    const symbols = session.symbols.of(module);
    const system = isSystem(module.name, module);
    const label = system ? 'ntdll' : module.name;
    if (!options.typesOnly) {
      for (const symbol of symbols?.match(name) ?? []) {
        if (matches.length >= MATCH_LIMIT) return matches;
        const size = symbol.type?.size ?? symbol.size;
        if (!symbol.type || symbol.kind !== 'data' || !wanted(size)) continue;
        matches.push({ module: label, name: symbol.name, address: module.base + BigInt(symbol.rva), size });
      }
    }
    const seen = new Set<string>();
    for (const source of sourcesOf(session, module, system)) {
      for (const typeName of source.names(name)) {
        if (matches.length >= MATCH_LIMIT) return matches;
        if (seen.has(typeName) || !pattern.test(typeName)) continue;
        const size = source.find(typeName)?.size;
        if (!wanted(size)) continue;
        seen.add(typeName);
        matches.push({ module: label, name: typeName, size });
      }
    }
  }
  return matches;
}

function modulesOf(session: Session, text: string | undefined) {
  if (text !== undefined && !/[*?[#+]/.test(text)) {
    const module = moduleOf(session, text);
    return module ? [module] : [];
  }
  const pattern = compileWildcard(text ?? '*');
  return [...session.target.modules].filter(
    (m) => pattern.test(m.name) && (text !== undefined || session.symbols.loaded(m)),
  );
}

export function printMatches(
  result: {
    readonly pattern: string;
    readonly size?: number;
    readonly matches: readonly DtMatch[];
    readonly verbose: boolean;
  },
  out: Output,
  style: DtStyle,
): void {
  const { pattern, size, matches, verbose } = result;
  const width = style.pointerSize === 8 ? 17 : 8;
  if (verbose) {
    out.line(
      `Enumerating symbols matching ${pattern}${size === undefined ? '' : `, Size = 0x${size.toString(16)}`}`,
    );
    out.line(`${'Address'.padEnd(width)}  Size Symbol`);
  }
  for (const match of matches) {
    const at =
      match.address === undefined ? ''.padEnd(width) : formatAddress(match.address, style.pointerSize);
    const bytes = verbose ? `${(match.size ?? 0).toString(16).padStart(3, '0')} ` : '';
    const name = `${match.module}!${match.name}`;
    out.line(
      `${at}  ${verbose ? ' ' : ''}${bytes}`,
      span(name, 'type', `dt ${/\s/.test(name) ? `(${name})` : name}`),
    );
  }
}
