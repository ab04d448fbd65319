/**
 * The `srcsrv` stream of a PDB (windows-driver-docs, "Language Specification 1" of SrcSrv): an ini, variables, and a
 * line a source file, `path*VAR2*VAR3…`. What a file's variables make of SRCSRVTRG is where it can be had. Commands
 * (SRCSRVCMD) are shown and never run. All of it is somebody else's text.
 */
import { indexedPath, type ServedSource, type SourceIndex, webSource } from './servedSource.ts';

/** VAR1 to VAR10. */
const VARIABLES = 10;
/** Variables within variables: a healthy stream has a handful of levels. */
const DEPTH_LIMIT = 32;
/** What one variable may become, in characters: a path or a command line. */
const TEXT_LIMIT = 32 * 1024;
/** Replacements for one file: variables that double each other would have no end. */
const STEP_LIMIT = 4096;

type Section = 'none' | 'ini' | 'variables' | 'source files' | 'end';

/** Reads a stream's text; undefined where it is none. Lines that are damaged are left out. */
export function readSrcsrv(text: string): SourceIndex | undefined {
  const settings = new Map<string, string>();
  const variables = new Map<string, string>();
  const files = new Map<string, string>();
  let section: Section = 'none';
  for (const line of text.split(/\r\n|\n|\0/)) {
    const heading = /^SRCSRV: (ini|variables|source files|end)\b/i.exec(line)?.[1]?.toLowerCase();
    if (heading !== undefined) {
      section = heading as Section;
      continue;
    }
    if (section === 'source files') {
      const [path = ''] = line.split('*', 1);
      if (path !== '') files.set(indexedPath(path), line);
      continue;
    }
    const equals = line.indexOf('=');
    if (equals <= 0) continue;
    const name = line.slice(0, equals).trim().toLowerCase();
    if (section === 'ini') settings.set(name, line.slice(equals + 1));
    else if (section === 'variables') variables.set(name, line.slice(equals + 1));
  }
  if (section === 'none') return undefined;
  const control = settings.get('verctrl')?.trim();
  return {
    kind: 'srcsrv',
    detail: [control, `${files.size} files`].filter(Boolean).join(', '),
    find(file) {
      const line = files.get(indexedPath(file));
      return line === undefined ? undefined : served(variables, line.split('*', VARIABLES));
    },
  };
}

function served(variables: ReadonlyMap<string, string>, values: readonly string[]): ServedSource {
  const by = 'srcsrv';
  const own = new Map(variables);
  // what SrcSrv puts files below; nothing is put anywhere here
  own.set('targ', '%targ%');
  values.forEach((value, i) => own.set(`var${i + 1}`, value));
  const expand = (name: string): string | undefined => {
    const value = own.get(name);
    return value === undefined ? undefined : new Expansion(own).text(value, [name]);
  };
  try {
    const target = expand('srcsrvtrg');
    if (target === undefined) return { kind: 'unusable', by, reason: 'it does not say where: no SRCSRVTRG' };
    if (/^https?:/i.test(target)) return webSource(target, by);
    const command = expand('srcsrvcmd');
    return command === undefined || command === ''
      ? { kind: 'path', by, target }
      : { kind: 'command', by, command, target };
  } catch (e) {
    if (e instanceof NoEnd) return { kind: 'unusable', by, reason: e.message };
    throw e;
  }
}

class NoEnd extends Error {}

/** Replaces `%variable%` and the functions `%fnvar%( )`, `%fnbksl%( )`, `%fnfile%( )`. */
class Expansion {
  private steps = 0;

  constructor(private readonly variables: ReadonlyMap<string, string>) {}

  /** `within`: the variables that are being replaced; one of them within itself has no end. */
  text(template: string, within: readonly string[]): string {
    if (within.length > DEPTH_LIMIT) throw new NoEnd('its variables are nested too deeply');
    let out = '';
    let at = 0;
    while (at < template.length) {
      const open = template.indexOf('%', at);
      const close = open < 0 ? -1 : template.indexOf('%', open + 1);
      if (close < 0) {
        out += template.slice(at);
        break;
      }
      out += template.slice(at, open);
      const name = template.slice(open + 1, close).toLowerCase();
      at = close + 1;
      const argument = /^fn(var|bksl|file)$/.test(name) ? bracketed(template, at) : undefined;
      if (argument !== undefined) {
        at += argument.length + 2;
        out += this.call(name, this.text(argument, within), within);
      } else out += this.variable(name, template.slice(open, close + 1), within);
      if (++this.steps > STEP_LIMIT || out.length > TEXT_LIMIT)
        throw new NoEnd('its variables become too long');
    }
    return out;
  }

  private variable(name: string, written: string, within: readonly string[]): string {
    const value = this.variables.get(name);
    // a percent sign may stand for itself
    if (value === undefined || value.toLowerCase() === written.toLowerCase()) return written;
    if (within.includes(name)) throw new NoEnd(`its variable ${name} stands for itself`);
    // what a line of files says is text
    return /^var\d+$/.test(name) ? value : this.text(value, [...within, name]);
  }

  private call(name: string, argument: string, within: readonly string[]): string {
    switch (name) {
      case 'fnbksl':
        return argument.replaceAll('/', '\\');
      case 'fnfile':
        return argument.slice(Math.max(argument.lastIndexOf('\\'), argument.lastIndexOf('/')) + 1);
      default:
        return this.variable(argument.trim().toLowerCase(), `%${argument}%`, within);
    }
  }
}

/** What stands in the brackets that begin at `at`; undefined where there are none. */
function bracketed(text: string, at: number): string | undefined {
  if (text.charAt(at) !== '(') return undefined;
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text.charAt(i) === '(') depth++;
    else if (text.charAt(i) === ')' && --depth === 0) return text.slice(at + 1, i);
  }
  return undefined;
}
