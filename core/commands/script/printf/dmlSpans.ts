import type { Span } from '../../../output/index.ts';

const TAG = /<(\/?)(link|altlink|exec|b|i|u|col)\b([^<>]*)>/gi;
const COMMAND = /\bcmd\s*=\s*(?:"([^"]*)"|'([^']*)')/i;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Text of the Debugger Markup Language as spans: `<link cmd="…">` and `<exec cmd="…">` become links, bold text a heading;
 * colours and other faces are left to the host. What is no tag stays as it is.
 */
export function dmlSpans(text: string): Span[] {
  const spans: Span[] = [];
  const commands: string[] = [];
  let bold = 0;
  let at = 0;
  const add = (end: number): void => {
    const piece = entities(text.slice(at, end));
    const command = commands.at(-1);
    if (piece !== '')
      spans.push({ text: piece, ...(bold > 0 && { kind: 'heading' as const }), ...(command && { command }) });
  };
  for (const tag of text.matchAll(TAG)) {
    add(tag.index);
    at = tag.index + tag[0].length;
    const [, slash, name = '', attributes = ''] = tag;
    const isLink = /^(?:link|altlink|exec)$/i.test(name);
    if (slash) {
      if (isLink) commands.pop();
      else if (name.toLowerCase() === 'b') bold = Math.max(0, bold - 1);
    } else if (isLink) {
      const found = COMMAND.exec(attributes);
      commands.push(entities(found?.[1] ?? found?.[2] ?? ''));
    } else if (name.toLowerCase() === 'b') bold++;
  }
  add(text.length);
  return spans;
}

function entities(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '');
}
