import type { NatvisTemplate } from './natvisFile.ts';

/** Reads a text with expressions in braces; `{{` and `}}` stand for braces. A brace that is not closed stays text. */
export function parseTemplate(text: string): NatvisTemplate {
  const parts: (string | { expression: string })[] = [];
  let plain = '';
  for (let at = 0; at < text.length;) {
    const c = text.charAt(at);
    if ((c === '{' || c === '}') && text.charAt(at + 1) === c) {
      plain += c;
      at += 2;
      continue;
    }
    const end = c === '{' ? closing(text, at) : -1;
    if (end < 0) {
      plain += c;
      at++;
      continue;
    }
    if (plain !== '') parts.push(plain);
    plain = '';
    parts.push({ expression: text.slice(at + 1, end).trim() });
    at = end + 1;
  }
  return plain === '' ? parts : [...parts, plain];
}

/** The brace that closes the one at `start`, past texts in quotation marks; -1 where there is none. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '"' || c === "'") {
      const end = text.indexOf(c, at + 1);
      if (end < 0) return -1;
      at = end;
    } else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return at;
  }
  return -1;
}
