import type { CppValue } from '../../eval/index.ts';
import { recordOf, type RecordType } from '../../types/index.ts';
import type { NatvisFile, NatvisProblem, NatvisType, NatvisVersion } from './natvisFile.ts';
import type { NatvisHost } from './natvisHost.ts';
import { ObjectScope } from './objectScope.ts';
import { matchTypePattern } from './typePattern.ts';
import { inView, Visualization } from './visualization.ts';

/** Classes above one that are asked for a visualizer. */
const MAX_BASES = 64;
/** Problems that are kept: a file may go wrong on every object. */
const MAX_PROBLEMS = 200;

interface Match {
  readonly type: NatvisType;
  readonly file: NatvisFile;
  readonly captures: readonly string[];
}

/** The NatVis files that are loaded, and what they say of objects. */
export class Visualizers {
  private readonly loaded = new Map<string, NatvisFile>();
  private readonly matches = new Map<string, readonly Match[]>();
  private readonly problems = new Map<string, NatvisProblem>();

  get files(): readonly NatvisFile[] {
    return [...this.loaded.values()];
  }

  /** What went wrong with expressions on objects so far. */
  get failures(): readonly NatvisProblem[] {
    return [...this.problems.values()];
  }

  /** Loads a file; one of the same name before is replaced. */
  add(file: NatvisFile): void {
    this.loaded.set(file.name, file);
    this.matches.clear();
  }

  /** Whether there was one of this name. */
  remove(name: string): boolean {
    this.matches.clear();
    for (const [key, { file }] of this.problems) if (file === name) this.problems.delete(key);
    return this.loaded.delete(name);
  }

  clear(): void {
    this.loaded.clear();
    this.matches.clear();
    this.problems.clear();
  }

  /**
   * How an object is shown in a view, by the best type that works: what has a display string none of whose forms works
   * is passed over. Undefined for types that no file knows.
   */
  of(host: NatvisHost, value: CppValue, view?: string): Visualization | undefined {
    const declared = recordOf(value.type);
    if (!declared || !value.place || this.loaded.size === 0) return undefined;
    const names = host.cpp('').names;
    const record = names?.complete(declared, value.module) ?? declared;
    for (const match of this.find(record, value.module, (r) => names?.complete(r, value.module) ?? r)) {
      if (!inView(match.type.views, view)) continue;
      if (!match.type.versions.every((version) => fits(host, value.module, version))) continue;
      const intrinsics = [...match.type.intrinsics, ...match.file.intrinsics];
      const self = { ...value, type: record };
      const scope = new ObjectScope(host, self, match.captures, intrinsics);
      const found = new Visualization(match.type, scope, view, (problem) => this.report(problem));
      if (match.type.displays.length === 0 || found.display() !== undefined) return found;
    }
    return undefined;
  }

  private report(problem: NatvisProblem): void {
    const key = `${problem.file} ${problem.line} ${problem.expression ?? ''}`;
    if (this.problems.size < MAX_PROBLEMS && !this.problems.has(key)) this.problems.set(key, problem);
  }

  /** The types that show a class: its own name before wildcards, then its bases'; of equals the higher priority. */
  private find(
    record: RecordType,
    module: string | undefined,
    complete: (record: RecordType) => RecordType,
  ): readonly Match[] {
    const key = `${module ?? ''}!${record.name}`;
    const known = this.matches.get(key);
    if (known) return known;
    const found: Match[] = [];
    const classes: RecordType[] = [record];
    for (const [i, at] of classes.entries()) {
      found.push(...this.named(at.name, module, i > 0));
      for (const member of complete(at).members) {
        const base = member.kind === 'base' ? recordOf(member.type) : undefined;
        if (base && classes.length < MAX_BASES && !classes.some((c) => c.name === base.name))
          classes.push(base);
      }
    }
    this.matches.set(key, found);
    return found;
  }

  private named(name: string, module: string | undefined, inherited: boolean): Match[] {
    const found: (Match & { readonly wildcards: number })[] = [];
    for (const file of this.loaded.values()) {
      if (file.module !== undefined && file.module !== module) continue;
      for (const type of file.types) {
        if (inherited && !type.inheritable) continue;
        for (const pattern of type.patterns) {
          const captures = matchTypePattern(pattern, name);
          if (!captures) continue;
          found.push({ type, file, captures, wildcards: pattern.wildcards });
          break;
        }
      }
    }
    return found.sort((a, b) => a.wildcards - b.wildcards || b.type.priority - a.type.priority);
  }
}

function fits(
  host: NatvisHost,
  module: string | undefined,
  { module: wanted, min, max }: NatvisVersion,
): boolean {
  const found = module === undefined ? undefined : host.module(module);
  if (found?.fileName.toLowerCase() !== wanted.toLowerCase()) return false;
  const { version } = found;
  if (!version) return min === undefined && max === undefined;
  if (min !== undefined && compareVersions(version, partsOf(min)) < 0) return false;
  return max === undefined || compareVersions(version, partsOf(max)) <= 0;
}

function partsOf(version: string): number[] {
  return version.split('.').map(Number);
}

/** Of the parts that the second has. */
function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (const [i, part] of b.entries()) if ((a[i] ?? 0) !== part) return (a[i] ?? 0) - part;
  return 0;
}
