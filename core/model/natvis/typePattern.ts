/**
 * Names of types in NatVis files: `CDog`, `std::vector<*>`, `std::map<int,*>::node<*>`. A star that stands alone for a
 * template argument takes it, the last one all that follow; what stars took is `$T1`, `$T2`….
 */
export interface TypePattern {
  readonly tokens: readonly string[];
  /** stars */
  readonly wildcards: number;
}

/** Longer names are no compiler's. */
const MAX_LENGTH = 4096;
const TOKEN = /\s*(::|`[^`']*'|[A-Za-z_$][\w$]*|-?\d+\w*|.)/gsy;
/** Words before names that say nothing here. */
const SILENT: ReadonlySet<string> = new Set(['class', 'struct', 'union', 'enum', '']);

/** Reads the name of a `<Type>`. */
export function parseTypePattern(name: string): TypePattern {
  const tokens = tokensOf(name);
  return { tokens, wildcards: tokens.filter((_, i) => isWildcard(tokens, i)).length };
}

function tokensOf(name: string): string[] {
  const tokens: string[] = [];
  for (const [, token = ''] of name.slice(0, MAX_LENGTH).trim().matchAll(TOKEN)) {
    if (!SILENT.has(token.trim())) tokens.push(token.trim());
  }
  return tokens;
}

/** A star between brackets and commas: behind a type it is a pointer's. */
function isWildcard(tokens: readonly string[], at: number): boolean {
  if (tokens[at] !== '*') return false;
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  return (before === '<' || before === ',') && (after === '>' || after === ',');
}

/** What the stars of a pattern took of a type's name; undefined where it is no such name. */
export function matchTypePattern(pattern: TypePattern, typeName: string): readonly string[] | undefined {
  const { tokens } = pattern;
  const name = tokensOf(typeName);
  const captures: string[] = [];
  let at = 0;
  for (let i = 0; i < tokens.length; i++) {
    if (!isWildcard(tokens, i)) {
      if (tokens[i] !== name[at]) return undefined;
      at++;
      continue;
    }
    for (;;) {
      const end = argumentEnd(name, at);
      if (end === undefined) return undefined;
      captures.push(joined(name.slice(at, end)));
      at = end;
      // the last star of a list takes the arguments that are left
      if (tokens[i + 1] !== '>' || name[at] !== ',') break;
      at++;
    }
  }
  return at === name.length ? captures : undefined;
}

/** Where the template argument that begins here ends; undefined where none begins. */
function argumentEnd(name: readonly string[], start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < name.length; at++) {
    const token = name[at];
    if (depth === 0 && (token === ',' || token === '>')) return at > start ? at : undefined;
    if (token === '<' || token === '(' || token === '[') depth++;
    if (token === '>' || token === ')' || token === ']') depth--;
  }
  return undefined;
}

/** Tokens as a name that C++ reads: words apart. */
function joined(tokens: readonly string[]): string {
  let text = '';
  for (const token of tokens) text += /\w$/.test(text) && /^\w/.test(token) ? ` ${token}` : token;
  return text;
}
