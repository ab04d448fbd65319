import { remember, type Grammar } from './grammar.ts';
import { basicType, callingConvention } from './operators.ts';

const CV_TEXT = ['', 'const', 'volatile', 'const volatile'] as const;

/** What may stand between a pointer's letter and what it points to. */
interface Extensions {
  readonly ptr64: boolean;
  readonly unaligned: boolean;
  readonly restrict: boolean;
  /** `&` or `&&` of a member function's object */
  readonly reference: string;
  /** C++/CLI: `^` or `%` in place of `*` or `&` */
  readonly managed: boolean;
}

/**
 * Types. Text is built from the declared name outwards, as undname builds it: `inner` is the declarator so far, and
 * each type puts itself around it. A leading blank of `inner` marks it as a variable's name, which pointers to
 * functions set apart: `(__cdecl* f)`, but `(__cdecl*__stdcall f(void))`.
 */
export class TypeGrammar {
  constructor(private readonly g: Grammar) {}

  /** A type; `?B` and the like before it qualify it. */
  type(inner: string): string {
    const { text } = this.g;
    if (text.peek() === '?' && /[A-D]/.test(text.peek(1))) {
      text.take('?');
      return this.unqualified(join(this.cv(), inner));
    }
    return this.unqualified(inner);
  }

  /** A function's parameters up to their end, and what follows them: `(int,char *) noexcept`. */
  parameters(): string {
    const { text, references, style } = this.g;
    let list = '';
    if (text.take('X')) {
      list = 'void';
    } else {
      while (!text.take('@')) {
        if (text.take('Z')) {
          list = list ? `${list},...` : '...';
          break;
        }
        const digit = text.digit();
        const start = text.position;
        const parameter =
          digit === undefined ? this.unqualified('') : (references.parameters[digit] ?? text.fail());
        if (digit === undefined && text.position - start > 1) remember(references.parameters, parameter);
        list = text.bounded(list ? `${list},${parameter}` : parameter);
      }
    }
    if (text.take('_E')) return `(${list})${style.throws ? ' noexcept' : ''}`;
    if (!text.take('Z')) text.fail();
    return `(${list})`;
  }

  /** The keyword of a calling convention, '' where it has none or is left out. */
  convention(): string {
    const { text, style } = this.g;
    const keyword = callingConvention(text.next()) ?? text.fail();
    return style.conventions ? this.keyword(keyword) : '';
  }

  /** The qualifiers of a member function's object, as they stand after its parameters. */
  thisQualifiers(): string {
    const { style } = this.g;
    const ext = this.extensions();
    const cv = this.cv();
    let words = '';
    if (cv && style.constThis) words += `${cv} `;
    if (ext.unaligned && style.keywordsOfThis) words += `${this.keyword('__unaligned')} `;
    if (ext.ptr64 && style.keywordsOfThis && style.ptr64)
      words += `${words ? '' : ' '}${this.keyword('__ptr64')}`;
    if (ext.restrict && style.keywordsOfThis) words += ` ${this.keyword('__restrict')}`;
    return ext.reference && style.constThis ? `${words}${ext.reference} ` : words;
  }

  /** Qualifiers of a variable's storage: they belong to what it points to, and undname writes them before the name. */
  storage(): string {
    const ext = this.extensions();
    const member = /[Q-T]/.test(this.g.text.peek());
    const cv = this.cv();
    // of a pointer to member the class is named a second time
    if (member) this.g.names.qualifiedName();
    return join(cv, ext.ptr64 ? this.ptr64() : '');
  }

  /** One argument of a template; '' for an empty pack. */
  templateArgument(): string {
    const { text, references } = this.g;
    const digit = text.digit();
    if (digit !== undefined) return references.templateArguments[digit] ?? text.fail();
    const start = text.position;
    if (text.peek() === '$' && text.peek(1) !== '$') {
      text.take('$');
      return this.constant();
    }
    if (text.take('$$V') || text.take('$$Z') || text.take('$$$V')) return '';
    if (text.take('$$Y')) return this.g.names.qualifiedName();
    // a template's parameter that has no argument yet, by number
    if (text.peek() === '?' && !/[A-D]/.test(text.peek(1))) return `\`template-parameter${text.number()}'`;
    if (text.peek() === '?' && text.peek(2) === '@') return `\`template-parameter${text.number()}'`;
    const argument = this.type('');
    return text.position - start > 1 ? remember(references.templateArguments, argument) : argument;
  }

  private unqualified(inner: string): string {
    return this.g.text.nested(() => this.parse(inner));
  }

  private parse(inner: string): string {
    const { text, names } = this.g;
    const letter = text.next();
    switch (letter) {
      case 'A':
      case 'B':
        return this.indirection('&', letter === 'B' ? 'volatile' : '', inner);
      case 'P':
      case 'Q':
      case 'R':
      case 'S':
        return this.indirection('*', CV_TEXT[letter.charCodeAt(0) - 80] ?? '', inner);
      case 'T':
        return this.tagged('union', inner);
      case 'U':
        return this.tagged('struct', inner);
      case 'V':
        return this.tagged('class', inner);
      case 'W':
        return this.enumeration(inner);
      case 'Y':
        return this.array(inner);
      case '$':
        return this.extended(inner);
      case '?':
        // a name where a type is wanted: `<auto>`
        return join(names.qualifiedName(), inner);
      case '_': {
        if (text.take('$')) return `${this.keyword('__w64')} ${this.unqualified(inner)}`;
        return join(basicType(letter + text.next()) ?? text.fail(), inner);
      }
      default:
        return join(basicType(letter) ?? text.fail(), inner);
    }
  }

  /** After `$`: types that came to the language later. */
  private extended(inner: string): string {
    const { text } = this.g;
    if (!text.take('$')) text.fail();
    switch (text.next()) {
      case 'A':
        return this.functionType(inner);
      case 'B':
        return this.unqualified(inner);
      case 'C':
        return this.unqualified(join(this.cv(), inner));
      case 'Q':
        return this.indirection('&&', '', inner);
      case 'R':
        return this.indirection('&&', 'volatile', inner);
      case 'T':
        return join('std::nullptr_t', inner);
      default:
        return text.fail();
    }
  }

  private tagged(tag: string, inner: string): string {
    const name = this.g.names.qualifiedName();
    return join(this.g.style.tags ? `${tag} ${name}` : name, inner);
  }

  /** `W4`: the digit is the underlying type, which is written where it is not int. */
  private enumeration(inner: string): string {
    const { text, style, names } = this.g;
    const underlying = [
      'char',
      'unsigned char',
      'short',
      'unsigned short',
      '',
      'unsigned int',
      'long',
      'unsigned long',
    ];
    const prefix = underlying[text.digit() ?? -1] ?? text.fail();
    const name = names.qualifiedName();
    return join(style.tags ? `enum ${prefix ? `${prefix} ` : ''}${name}` : name, inner);
  }

  /** A pointer or reference. Its own qualifiers count only where nothing is declared through it yet. */
  private indirection(mark: string, ownCv: string, inner: string): string {
    const { text, names } = this.g;
    const own = inner === '' ? ownCv : '';
    const kind = text.peek();
    if (kind === '6' || kind === '7') {
      text.next();
      return this.functionPointer(mark + own, inner, false);
    }
    if (kind === '8' || kind === '9') {
      text.next();
      const owner = names.qualifiedName();
      return this.functionPointer(`${owner}::${mark}${own}`, inner, true);
    }
    const ext = this.extensions();
    let pointer = ext.managed ? (mark === '*' ? '^' : '%') : mark;
    const member = /[Q-T]/.test(text.peek());
    const cv = this.cv();
    if (member) pointer = `${names.qualifiedName()}::${pointer}`;
    if (ext.unaligned) pointer = join(this.keyword('__unaligned'), pointer);
    pointer = join(cv, pointer);
    if (ext.ptr64) pointer = join(pointer, this.ptr64());
    if (ext.restrict) pointer = join(pointer, this.keyword('__restrict'));
    return this.unqualified(join(join(pointer, own), inner));
  }

  /** `int (__cdecl*)(char)`; the qualifiers of a member function's object come before its calling convention. */
  private functionPointer(mark: string, inner: string, member: boolean): string {
    const qualifiers = member ? this.thisQualifiers() : '';
    const convention = this.convention();
    const declarator = `(${convention}${member && convention ? ' ' : ''}${mark}${inner})`;
    return this.returning(declarator, qualifiers);
  }

  /** `$$A6`: a function as such, `void __cdecl(int)`. */
  private functionType(inner: string): string {
    const { text, names } = this.g;
    const member = text.take('8') || text.take('9');
    if (!member && !text.take('6') && !text.take('7')) text.fail();
    // the type of a member function, of no class: `8@@`
    if (member && !text.take('@@')) names.qualifiedName();
    const qualifiers = member ? this.thisQualifiers() : '';
    const convention = this.convention();
    return this.returning(join(convention, inner), qualifiers);
  }

  /** The return type around a declarator and the parameters that follow it in the text. */
  private returning(declarator: string, qualifiers: string): string {
    return this.around(() => declarator + this.parameters() + qualifiers);
  }

  /** A type around text that can only be read after it. */
  around(read: () => string, blank = ''): string {
    const { text } = this.g;
    const hole = '\0';
    const type = text.take('@') ? hole : this.type(blank + hole);
    const at = type.indexOf(hole);
    return text.bounded(type.slice(0, at) + read() + type.slice(at + 1));
  }

  private array(inner: string): string {
    const { text } = this.g;
    let dimensions = '';
    for (let left = text.number(); left > 0n; left--) dimensions += text.bounded(`[${text.number()}]`);
    return this.type(inner ? `(${inner.trimStart()})${dimensions}` : dimensions);
  }

  /** An argument that is a value, after its `$`: `$0` and a number, `$1` and a symbol, and so on. */
  private constant(): string {
    const { text, symbols } = this.g;
    const code = text.next();
    switch (code) {
      case '0':
        return `${text.number()}`;
      case '1':
        return text.take('@') ? 'NULL' : `&${symbols.symbol()}`;
      case '2':
        return this.floatingPoint();
      case 'D':
        return `\`template-parameter${text.number()}'`;
      case 'E':
        return text.take('@') ? 'NULL' : symbols.symbol();
      case 'F':
      case 'G':
        return this.tuple(false, code === 'F' ? 2 : 3);
      case 'H':
      case 'I':
      case 'J':
        return this.tuple(true, 'HIJ'.indexOf(code) + 1);
      case 'M':
        // of an auto parameter the type precedes the value
        this.type('');
        text.take('$');
        return this.constant();
      case 'Q':
        return `\`non-type-template-parameter${text.number()}'`;
      case 'S':
        return '';
      default:
        return text.fail();
    }
  }

  /** A pointer to member: its function, where it has one, and displacements. */
  private tuple(ofFunction: boolean, numbers: number): string {
    const { text, symbols } = this.g;
    const items = ofFunction && text.peek() === '?' ? [symbols.symbol()] : [];
    for (let i = 0; i < numbers; i++) items.push(`${text.number()}`);
    return `{${items.join(',')}}`;
  }

  /** Mantissa and exponent as two numbers: `$2123@1` with the point after the first digit. */
  private floatingPoint(): string {
    const mantissa = `${this.g.text.number()}`;
    const exponent = this.g.text.number();
    const digits = mantissa.replace('-', '');
    const sign = mantissa.startsWith('-') ? '-' : '';
    return `${sign}${digits.slice(0, 1)}.${digits.slice(1)}e${exponent}`;
  }

  private extensions(): Extensions {
    const { text } = this.g;
    const ext = { ptr64: false, unaligned: false, restrict: false, reference: '', managed: false };
    for (;;) {
      if (text.take('E')) ext.ptr64 = true;
      else if (text.take('F')) ext.unaligned = true;
      else if (text.take('I')) ext.restrict = true;
      else if (text.take('G')) ext.reference = '&';
      else if (text.take('H')) ext.reference = '&&';
      else if (text.take('$A')) ext.managed = true;
      else return ext;
    }
  }

  /** The letter of const and volatile: A to D, and Q to T where a class follows. */
  private cv(): string {
    const { text } = this.g;
    const letter = text.next();
    const index = 'ABCD'.indexOf(letter);
    return CV_TEXT[index >= 0 ? index : 'QRST'.indexOf(letter)] ?? text.fail();
  }

  private ptr64(): string {
    return this.g.style.ptr64 ? this.keyword('__ptr64') : '';
  }

  /** A Microsoft keyword, with its underscores, without, or not at all. */
  private keyword(word: string): string {
    const { keywords, leadingUnderscores } = this.g.style;
    if (!keywords) return '';
    return leadingUnderscores ? word : word.replace(/^__/, '');
  }
}

/** Two words with a blank between, unless one is empty or the second begins with it. */
function join(left: string, right: string): string {
  if (!left) return right;
  if (!right) return left;
  return right.startsWith(' ') ? left + right : `${left} ${right}`;
}
