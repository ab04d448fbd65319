import { freshReferences, remember, type Grammar } from './grammar.ts';
import { operatorName, RTTI_NAMES } from './operators.ts';

/** A symbol's own name. Those of constructors, destructors and conversions need what comes later in the text. */
export interface SymbolName {
  readonly kind: 'plain' | 'constructor' | 'destructor' | 'conversion';
  /** for the other kinds the template arguments, or '' */
  readonly text: string;
}

/** What a name that was cut off lacks; undname writes it so, and people know it from `ntdll! ?? ::FNODOBFM::`. */
const MISSING = ' ?? ';

/** A character of an identifier. Undname takes these and no others. */
const IDENTIFIER = /^[\w$<>\-\u0080-\uffff]+$/;

/** Names: identifiers, operators, templates and the scopes they lie in. */
export class NameGrammar {
  constructor(private readonly g: Grammar) {}

  /** The name after a symbol's `?`, without its scopes. */
  symbolName(): SymbolName {
    const { text } = this.g;
    if (text.take('?$')) return this.templateName();
    if (text.take('?')) return this.operatorName();
    const digit = text.digit();
    return { kind: 'plain', text: digit === undefined ? this.identifier() : this.nameReference(digit) };
  }

  /** Scopes up to `@`, innermost first. */
  scopes(): string[] {
    const { text } = this.g;
    const scopes: string[] = [];
    let length = 0;
    while (!text.take('@')) {
      if (text.atEnd) {
        scopes.push(MISSING);
        break;
      }
      const scope = text.nested(() => this.scope());
      length += scope.length;
      if (length > 0x10000) text.fail();
      scopes.push(scope);
    }
    return scopes;
  }

  /** A name with its scopes, as types have it: `ios_base@std@@`. */
  qualifiedName(): string {
    const { text } = this.g;
    return text.nested(() => {
      const name = this.scope();
      return [name, ...this.scopes()].reverse().join('::');
    });
  }

  /** A template's arguments up to `@`, in brackets. */
  private templateArguments(): string {
    const { text, types } = this.g;
    let list = '';
    let first = true;
    while (!text.take('@')) {
      // a lone template name may lack its end: the runtime's undname takes `?$A@H`
      if (text.atEnd) break;
      const argument = text.nested(() => types.templateArgument());
      if (argument === '') continue;
      list = text.bounded(first ? argument : `${list},${argument}`);
      first = false;
    }
    return list.endsWith('>') ? `<${list} >` : `<${list}>`;
  }

  /** After `?$`: a name and its arguments, with back references of their own. */
  templateName(): SymbolName {
    const { text } = this.g;
    const outer = this.g.references;
    this.g.references = freshReferences();
    let kind: SymbolName['kind'] = 'plain';
    const name = text.nested(() => {
      let own: string;
      if (text.take('?')) {
        const operator = this.operatorName();
        kind = operator.kind;
        own = operator.text;
      } else {
        own = this.identifier();
      }
      return own + this.templateArguments();
    });
    this.g.references = outer;
    return { kind, text: name };
  }

  private scope(): string {
    const { text } = this.g;
    const digit = text.digit();
    if (digit !== undefined) return this.nameReference(digit);
    if (!text.take('?')) return this.identifier();
    if (text.take('$')) return remember(this.g.references.names, this.plainText(this.templateName()));
    if (text.take('A')) {
      text.until('@');
      return remember(this.g.references.names, "`anonymous namespace'");
    }
    if (text.peek() === '?') return `\`${this.g.symbols.symbol()}'`;
    return `\`${text.number()}'`;
  }

  private identifier(): string {
    const { text, references } = this.g;
    const name = text.until('@');
    if (!IDENTIFIER.test(name)) text.fail();
    return remember(references.names, name);
  }

  private nameReference(digit: number): string {
    return this.g.references.names[digit] ?? this.g.text.fail();
  }

  /** A constructor has no name of its own: as a scope it is none. */
  private plainText(name: SymbolName): string {
    return name.kind === 'plain' ? name.text : this.g.text.fail();
  }

  /** After `??`. */
  private operatorName(): SymbolName {
    const { text } = this.g;
    let code = text.next();
    if (code === '0') return { kind: 'constructor', text: '' };
    if (code === '1') return { kind: 'destructor', text: '' };
    if (code === 'B') return { kind: 'conversion', text: '' };
    if (code === '_') code += text.next();
    if (code === '__') code += text.next();
    const name = operatorName(code) ?? this.specialName(code);
    return { kind: 'plain', text: name };
  }

  /** Names that hold more than a fixed text. */
  private specialName(code: string): string {
    const { text } = this.g;
    switch (code) {
      case '_C':
        return this.stringLiteral();
      case '_P':
        return `\`udt returning'${this.operatorName().text}`;
      case '_R':
        return this.runtimeType();
      case '__E':
        return `\`dynamic initializer for '${this.initialized()}''`;
      case '__F':
        return `\`dynamic atexit destructor for '${this.initialized()}''`;
      case '__K':
        return `operator ""${this.identifier()}`;
      default:
        return text.fail();
    }
  }

  /** What an initializer is for: a symbol of its own, followed by `@`, or a name. */
  private initialized(): string {
    const { text } = this.g;
    if (text.peek() !== '?') return this.identifier();
    const symbol = text.nested(() => this.g.symbols.symbol());
    text.take('@');
    return symbol;
  }

  /** `@_0BF@DFCHPNNC@text@`: width, length, checksum and the start of the text, of which undname shows nothing. */
  private stringLiteral(): string {
    const { text } = this.g;
    if (!text.take('@_')) text.fail();
    text.next();
    text.number();
    text.until('@');
    text.until('@');
    return "`string'";
  }

  private runtimeType(): string {
    const { text, types } = this.g;
    const index = text.digit() ?? -1;
    const name = RTTI_NAMES[index] ?? text.fail();
    if (index === 0) return `${types.type('')} \`${name}'`;
    if (index !== 1) return `\`${name}'`;
    const numbers = [text.number(), text.number(), text.number(), text.number()];
    return `\`${name}(${numbers.join(',')})'`;
  }
}
