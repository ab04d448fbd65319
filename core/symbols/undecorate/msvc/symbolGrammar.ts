import type { Grammar } from './grammar.ts';
import type { SymbolName } from './nameGrammar.ts';

const ACCESS = ['private', 'protected', 'public'] as const;

/** Functions by `(letter - 'A') >> 1`: within each access plain, static, virtual and thunk. */
type MemberKind = 'plain' | 'static' | 'virtual' | 'thunk' | 'global';
const MEMBER_KINDS: readonly MemberKind[] = ['plain', 'static', 'virtual', 'thunk'];

/** What a function's letter says, with what thunks add to the name. */
interface FunctionKind {
  readonly access: (typeof ACCESS)[number] | undefined;
  readonly kind: MemberKind;
  /** `` `adjustor{8}' `` and the like */
  readonly suffix: string;
  readonly thunk: boolean;
  readonly external: boolean;
}

/** Whole symbols: a name, its scopes, and the letters that say what it is. */
export class SymbolGrammar {
  constructor(private readonly g: Grammar) {}

  /** A symbol from its `?` on. */
  symbol(): string {
    const { text } = this.g;
    return text.nested(() => this.parse(false));
  }

  /** The symbol that is the whole text; name-only style need not read its type. */
  whole(): string {
    return this.parse(true);
  }

  private parse(whole: boolean): string {
    const { text, names, style } = this.g;
    if (!text.take('?')) text.fail();
    const own = names.symbolName();
    if (text.atEnd) return this.qualify(own, [], '');
    const scopes = names.scopes();
    if (text.atEnd) return this.qualify(own, scopes, '');

    const code = text.peek();
    if (/[0-4]/.test(code)) return this.variable(own, scopes, whole);
    switch (code) {
      case '5':
        text.next();
        return `${this.qualify(own, scopes, '')}{${text.number()}}`;
      case '6':
      case '7':
        text.next();
        return this.table(own, scopes);
      case '8':
      case '9':
        text.next();
        return this.qualify(own, scopes, '');
      default:
    }
    const kind = this.functionKind();
    if (kind === undefined) return this.vcall(own, scopes);
    if (whole && style.nameOnly && own.kind !== 'conversion') {
      const prefix = kind.thunk ? '[thunk]:' : '';
      return prefix + this.qualify(own, scopes, '') + kind.suffix;
    }
    return this.function(own, scopes, kind);
  }

  private variable(own: SymbolName, scopes: string[], whole: boolean): string {
    const { text, types, style } = this.g;
    const code = Number(text.next());
    const name = this.qualify(own, scopes, '');
    if (whole && style.nameOnly) return name;
    const declared = types.around(() => {
      const storage = types.storage();
      return storage ? `${storage} ${name}` : name;
    }, ' ');
    if (style.nameOnly) return name;
    const member = code < 3;
    const access = member && style.access ? `${ACCESS[code] ?? ''}: ` : '';
    return `${access}${member && style.memberKind ? 'static ' : ''}${style.returns ? declared : name}`;
  }

  /** A vftable or vbtable, and whose it is among those of the class. */
  private table(own: SymbolName, scopes: string[]): string {
    const { text, types, names, style } = this.g;
    const storage = types.storage();
    const targets: string[] = [];
    while (!text.atEnd && !text.take('@')) targets.push(names.qualifiedName());
    const owner = targets.length ? `{for ${targets.map((t) => `\`${t}'`).join('s ')}}` : '';
    const name = this.qualify(own, scopes, '') + owner;
    return storage && !style.nameOnly ? `${storage} ${name}` : name;
  }

  /** `$B`: calls through a slot of the vftable. The braces that undname writes do not balance. */
  private vcall(own: SymbolName, scopes: string[]): string {
    const { text, types, style } = this.g;
    const slot = text.number();
    if (!text.take('A')) text.fail();
    const convention = types.convention();
    const name = `${this.qualify(own, scopes, '')}{${slot},{flat}}' }'`;
    if (style.nameOnly) return `[thunk]:${name}`;
    return `[thunk]: ${convention ? `${convention} ` : ''}${name}`;
  }

  /** Undefined for a vcall thunk. */
  private functionKind(): FunctionKind | undefined {
    const { text } = this.g;
    const external = text.take('$$J0');
    if (!external && !text.take('$$F')) text.take('$$H');
    if (text.take('$B')) return undefined;
    if (text.take('$R')) {
      const letter = this.thunkAccess();
      const numbers = [this.offset(), this.offset(), this.offset(), this.offset()];
      return { ...letter, suffix: `\`vtordispex{${numbers.join(',')}}'`, thunk: true, external };
    }
    if (text.take('$')) {
      const letter = this.thunkAccess();
      const numbers = [this.offset(), this.offset()];
      return { ...letter, suffix: `\`vtordisp{${numbers.join(',')}}'`, thunk: true, external };
    }
    const code = (text.next().charCodeAt(0) - 65) >> 1;
    if (code === 12) return { access: undefined, kind: 'global', suffix: '', thunk: false, external };
    const kind = MEMBER_KINDS[code & 3];
    const access = ACCESS[code >> 2];
    if (code < 0 || kind === undefined || access === undefined) return text.fail();
    if (kind !== 'thunk') return { access, kind, suffix: '', thunk: false, external };
    return { access, kind: 'virtual', suffix: `\`adjustor{${this.offset()}}'`, thunk: true, external };
  }

  private thunkAccess(): Pick<FunctionKind, 'access' | 'kind'> {
    const digit = this.g.text.digit() ?? 6;
    return { access: ACCESS[digit >> 1] ?? this.g.text.fail(), kind: 'virtual' };
  }

  /** A displacement in an object: 32 bits, written without a sign. */
  private offset(): bigint {
    return BigInt.asUintN(32, this.g.text.number());
  }

  private function(own: SymbolName, scopes: string[], kind: FunctionKind): string {
    const { types, style } = this.g;
    const member = kind.kind !== 'global' && kind.kind !== 'static';
    const qualifiers = member ? types.thisQualifiers() : '';
    const convention = types.convention();
    const conversion = own.kind === 'conversion';
    const returned = conversion ? this.conversionType() : '';
    const name = this.qualify(own, scopes, returned) + kind.suffix;
    const signature = (): string => {
      const parameters = types.parameters();
      return `${convention ? `${convention} ` : ''}${name}${kind.suffix ? ' ' : ''}${parameters}${qualifiers}`;
    };
    const withoutReturn = { text: '' };
    const declared = conversion ? signature() : types.around(() => (withoutReturn.text = signature()));
    if (style.nameOnly) return (kind.thunk ? '[thunk]:' : '') + name;
    const text = style.returns || conversion ? declared : withoutReturn.text;
    const access = kind.access && style.access ? `${kind.access}: ` : '';
    const keyword =
      style.memberKind && (kind.kind === 'static' || kind.kind === 'virtual') ? `${kind.kind} ` : '';
    return `${kind.thunk ? '[thunk]:' : ''}${kind.external ? 'extern "C" ' : ''}${access}${keyword}${text}`;
  }

  /** The type a conversion gives; undname leaves a blank after its qualifiers. */
  private conversionType(): string {
    const { text, types } = this.g;
    const qualified = text.peek() === '?' && /[B-D]/.test(text.peek(1));
    return types.type('') + (qualified ? ' ' : '');
  }

  /** The full name: scopes, outermost first, and the name, which may be that of the class. */
  private qualify(own: SymbolName, scopes: string[], conversion: string): string {
    return [this.ownName(own, scopes[0], conversion), ...scopes].reverse().join('::');
  }

  private ownName(own: SymbolName, owner: string | undefined, conversion: string): string {
    switch (own.kind) {
      case 'constructor':
        return (owner ?? this.g.text.fail()) + own.text;
      case 'destructor':
        return `~${owner ?? this.g.text.fail()}${own.text}`;
      case 'conversion':
        return `operator${own.text} ${conversion}`;
      default:
        return own.text;
    }
  }
}
