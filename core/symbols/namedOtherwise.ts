import { compileWildcard, escapeWildcards, type Type } from '../types/index.ts';
import type { LocalScope } from './localVariable.ts';
import type { ModuleSymbols, SourceLine, SymbolKind, SymbolRecord } from './model.ts';
import type { SymbolNaming } from './symbolOptions.ts';
import type { UnwindSource } from './unwindSource.ts';

/**
 * A module's symbols with their names as `.symopt` wants them; the symbols themselves where it wants what is usual. What
 * is searched is the name that is shown.
 */
export function namedOtherwise(symbols: ModuleSymbols, naming: SymbolNaming): ModuleSymbols {
  const usual = !naming.caseSensitive && !naming.decorated && !naming.withoutCpp;
  return usual ? symbols : new NamedOtherwise(symbols, { ...naming });
}

class NamedOtherwise implements ModuleSymbols {
  readonly at?: (rva: number) => readonly SymbolRecord[];
  readonly lineAt?: (rva: number) => SourceLine | undefined;
  readonly codeOf?: (file: string, line?: number) => Iterable<SourceLine>;
  readonly localsAt?: (rva: number) => readonly LocalScope[];
  readonly unwind?: UnwindSource;

  constructor(
    private readonly own: ModuleSymbols,
    private readonly naming: SymbolNaming,
  ) {
    const { at, lineAt, codeOf, localsAt, unwind } = own;
    if (at) this.at = (rva) => at.call(own, rva).map((symbol) => this.shown(symbol));
    if (lineAt) this.lineAt = lineAt.bind(own);
    if (codeOf) this.codeOf = codeOf.bind(own);
    if (localsAt) this.localsAt = localsAt.bind(own);
    if (unwind) this.unwind = unwind;
  }

  get status(): ModuleSymbols['status'] {
    return this.own.status;
  }

  get file(): string | undefined {
    return this.own.file;
  }

  get private(): boolean | undefined {
    return this.own.private;
  }

  get sourceIndexes(): ModuleSymbols['sourceIndexes'] {
    return this.own.sourceIndexes;
  }

  get types(): ModuleSymbols['types'] {
    return this.own.types;
  }

  nearest(rva: number): SymbolRecord | undefined {
    const symbol = this.own.nearest(rva);
    return symbol && this.shown(symbol);
  }

  next(rva: number): SymbolRecord | undefined {
    const symbol = this.own.next(rva);
    return symbol && this.shown(symbol);
  }

  find(name: string): readonly SymbolRecord[] {
    if (this.naming.withoutCpp) return [...this.match(escapeWildcards(name))].filter((s) => s.name === name);
    return this.own
      .find(name)
      .map((symbol) => this.shown(symbol))
      .filter((symbol) => symbol.name === name);
  }

  *match(pattern: string): Generator<SymbolRecord> {
    const { caseSensitive, decorated, withoutCpp } = this.naming;
    const wildcard = compileWildcard(pattern, { symbol: true, caseSensitive });
    for (const symbol of this.own.match(decorated || withoutCpp ? '*' : pattern)) {
      const shown = this.shown(symbol);
      if (wildcard.test(shown.name)) yield shown;
    }
  }

  private shown(symbol: SymbolRecord): SymbolRecord {
    const { decorated, withoutCpp } = this.naming;
    const own = (decorated && symbol.kind === 'public' ? symbol.decorated : undefined) ?? symbol.name;
    const name = withoutCpp ? own.replaceAll('::', '__') : own;
    return name === symbol.name ? symbol : new Renamed(symbol, name);
  }
}

/** A symbol by another name; its type is still made when it is asked for. */
class Renamed implements SymbolRecord {
  readonly kind: SymbolKind;
  readonly rva: number;
  readonly decorated?: string;
  readonly size?: number;
  readonly private?: boolean;
  readonly value?: bigint | number;
  readonly isCode?: boolean;
  readonly thread?: boolean;
  readonly absolute?: true;
  readonly displacement?: number;

  constructor(
    private readonly own: SymbolRecord,
    readonly name: string,
  ) {
    this.kind = own.kind;
    this.rva = own.rva;
    const { decorated, size, private: isPrivate, value, isCode, thread, absolute, displacement } = own;
    Object.assign(this, {
      decorated,
      size,
      private: isPrivate,
      value,
      isCode,
      thread,
      absolute,
      displacement,
    });
  }

  get type(): Type | undefined {
    return this.own.type;
  }
}
