/**
 * Source Link (dotnet/designs, "Source Link JSON Schema"; link.exe /SOURCELINK puts the file into a native PDB):
 * `{"documents": {"C:\\src\\*": "https://…/*"}}`. A star ends a path and stands for the rest of it.
 */
import { indexedPath, type ServedSource, type SourceIndex, webSource } from './servedSource.ts';

/** One document or folder of documents: more are no index of one program's files. */
const RULE_LIMIT = 100_000;

interface Rule {
  /** as `indexedPath` has it, without the star */
  readonly path: string;
  readonly isPrefix: boolean;
  readonly url: string;
}

/** Reads the JSON; undefined where it is no Source Link. Entries that break its rules are left out. */
export function readSourceLink(json: string): SourceIndex | undefined {
  const rules = rulesOf(json);
  if (!rules) return undefined;
  // "more specific paths first"
  rules.sort((a, b) => b.path.length - a.path.length);
  return {
    kind: 'Source Link',
    detail: `${rules.length} ${rules.length === 1 ? 'mapping' : 'mappings'}`,
    find(file): ServedSource | undefined {
      const path = indexedPath(file);
      const rule = rules.find((r) => (r.isPrefix ? path.startsWith(r.path) : path === r.path));
      if (!rule) return undefined;
      const rest = file.slice(rule.path.length).split(/[\\/]/).map(encodeURIComponent).join('/');
      return webSource(rule.isPrefix ? rule.url.replace('*', () => rest) : rule.url, 'Source Link');
    },
  };
}

function rulesOf(json: string): Rule[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json.replace(/^\uFEFF/, '').replace(/\0+$/, ''));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !('documents' in parsed)) return undefined;
  const { documents } = parsed;
  if (typeof documents !== 'object' || documents === null) return undefined;
  const rules: Rule[] = [];
  for (const [path, url] of Object.entries(documents).slice(0, RULE_LIMIT)) {
    if (typeof url !== 'string' || path === '') continue;
    const star = path.indexOf('*');
    const isPrefix = star >= 0;
    const stars = url.split('*').length - 1;
    // one star at the end of the path, and as many in the address
    if ((isPrefix && star !== path.length - 1) || stars !== (isPrefix ? 1 : 0)) continue;
    rules.push({ path: indexedPath(isPrefix ? path.slice(0, -1) : path), isPrefix, url });
  }
  return rules;
}
