/** A member that is being typed behind an expression of dx. */
export interface TypedMember {
  /** what it is a member of, complete: a lambda's parameter is replaced by the first element of its list */
  readonly receiver: string;
  /** what is typed of its name; empty behind the dot */
  readonly word: string;
}

interface Token {
  readonly text: string;
  readonly at: number;
  /** the token of the bracket around it; -1 where there is none */
  readonly inside: number;
  /** of a closing bracket: the token of the one that it closes */
  opener?: number;
}

const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|@?\$?[A-Za-z_](?:[\w$]|::(?=[A-Za-z_~]))*|@\$?|\d[\w.]*|->|=>|[^\s]/g;
const NAME = /^@?\$?[A-Za-z_]/;
const OPENS = new Set(['(', '[', '{']);
const CLOSES = new Set([')', ']', '}']);
const ACCESS = new Set(['.', '->']);
/** Lambdas within lambdas that are followed: nobody types more. */
const MAX_DEPTH = 8;

/** What the end of an unfinished expression is a member of; undefined where no member is typed there. */
export function typedMember(text: string): TypedMember | undefined {
  const tokens = tokensOf(text);
  const last = tokens.at(-1);
  if (!last) return undefined;
  const isWord = NAME.test(last.text) && /\w$/.test(text);
  const access = tokens.length - (isWord ? 2 : 1);
  if (!ACCESS.has(tokens[access]?.text ?? '')) return undefined;
  const receiver = receiverBefore({ text, tokens }, access, 0);
  return receiver === undefined ? undefined : { receiver, word: isWord ? last.text : '' };
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const open: number[] = [];
  for (const { 0: found, index } of text.matchAll(TOKEN)) {
    // a quote that nothing closes: the end stands in a text
    if (found === '"' || found === "'") return [];
    const opener = CLOSES.has(found) ? open.pop() : undefined;
    tokens.push({
      text: found,
      at: index,
      inside: open.at(-1) ?? -1,
      ...(opener !== undefined && { opener }),
    });
    if (OPENS.has(found)) open.push(tokens.length - 1);
  }
  return tokens;
}

interface Typed {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** The expression before the dot at `access`. */
function receiverBefore(typed: Typed, access: number, depth: number): string | undefined {
  const { text, tokens } = typed;
  const first = startOfPostfix(tokens, access);
  const start = tokens[first];
  const end = tokens[access];
  if (!start || !end || first >= access || depth > MAX_DEPTH) return undefined;
  const rest = text.slice(start.at + start.text.length, end.at);
  const list = listOfParameter(typed, first, depth);
  return list === undefined ? `${start.text}${rest}` : `(${list}).First()${rest}`;
}

/** The token that the postfix expression before `end` begins with: names, calls, indexes, members of them. */
function startOfPostfix(tokens: readonly Token[], end: number): number {
  let i = end;
  for (;;) {
    let before = i - 1;
    while (tokens[before]?.text === ')' || tokens[before]?.text === ']') {
      const opener = tokens[before]?.opener;
      if (opener === undefined) return end;
      before = opener - 1;
    }
    const callee = tokens[before];
    if (callee && (NAME.test(callee.text) || /^["']/.test(callee.text))) {
      // module!name
      i = tokens[before - 1]?.text === '!' ? before - 2 : before;
    } else if (before + 1 < i) i = before + 1;
    else return end;
    if (!ACCESS.has(tokens[i - 1]?.text ?? '')) return i;
    i--;
  }
}

/** The list whose elements a name stands for: it is the parameter of a lambda around it. */
function listOfParameter(typed: Typed, at: number, depth: number): string | undefined {
  const { tokens } = typed;
  const name = tokens[at]?.text;
  for (let bracket = tokens[at]?.inside ?? -1; bracket >= 0; bracket = tokens[bracket]?.inside ?? -1) {
    const arrow = tokens.findIndex(
      (t, i) => i > bracket && i < at && t.inside === bracket && t.text === '=>',
    );
    if (arrow < 0 || !parametersBefore(tokens, arrow).includes(name ?? '')) continue;
    // `list.Method(` stands before the bracket
    if (!ACCESS.has(tokens[bracket - 2]?.text ?? '')) return undefined;
    return receiverBefore(typed, bracket - 2, depth + 1);
  }
  return undefined;
}

function parametersBefore(tokens: readonly Token[], arrow: number): string[] {
  const { opener, text = '' } = tokens[arrow - 1] ?? {};
  return opener === undefined ? [text] : tokens.slice(opener + 1, arrow - 1).map((t) => t.text);
}
