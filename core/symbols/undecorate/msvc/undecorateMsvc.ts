import { UNDNAME } from '../undnameFlags.ts';
import { DecoratedText, NotDecorated } from './decoratedText.ts';
import { freshReferences, type Grammar, type Style } from './grammar.ts';
import { NameGrammar } from './nameGrammar.ts';
import { SymbolGrammar } from './symbolGrammar.ts';
import { TypeGrammar } from './typeGrammar.ts';

/** Longer names are left as they are: compilers replace names above 4096 characters by a hash. */
const LENGTH_LIMIT = 0x10000;

/**
 * A name that Microsoft's compilers decorated (`?f@@YAXXZ`), or with `typeOnly` a type (`.?AVtype_info@@`), as undname
 * writes it with the same UNDNAME_* flags; undefined where it is none.
 */
export function undecorateMsvc(name: string, flags: number): string | undefined {
  if (name.length > LENGTH_LIMIT) return undefined;
  const g = new Parser(name, styleOf(flags));
  try {
    return g.whole((flags & UNDNAME.typeOnly) !== 0);
  } catch (e) {
    if (e instanceof NotDecorated) return undefined;
    throw e;
  }
}

class Parser implements Grammar {
  readonly text: DecoratedText;
  references = freshReferences();
  readonly names: NameGrammar = new NameGrammar(this);
  readonly types: TypeGrammar = new TypeGrammar(this);
  readonly symbols: SymbolGrammar = new SymbolGrammar(this);

  constructor(
    private readonly name: string,
    readonly style: Style,
  ) {
    this.text = new DecoratedText(name);
  }

  private get isTemplateName(): boolean {
    return !/^\?\$(TSS|RT|S)\d+@/.test(this.name);
  }

  whole(type: boolean): string {
    if (type) {
      const text = this.types.type('');
      return this.text.atEnd ? text : this.text.fail();
    }
    // a template's name on its own; `$TSS0` and the like are the compiler's own variables
    if (this.isTemplateName && this.text.take('?$')) return this.names.templateName().text;
    const text = this.symbols.whole();
    return this.text.atEnd || this.style.nameOnly ? text : this.text.fail();
  }
}

function styleOf(flags: number): Style {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const nameOnly = has(UNDNAME.nameOnly);
  const keywords = !has(UNDNAME.noMsKeywords);
  return {
    nameOnly,
    // dbghelp's name-only form writes template arguments without them
    tags: !nameOnly && !has(UNDNAME.noTags),
    ptr64: !has(UNDNAME.noPtr64),
    keywords,
    leadingUnderscores: !has(UNDNAME.noLeadingUnderscores),
    conventions: keywords && !has(UNDNAME.noAllocationLanguage),
    returns: !has(UNDNAME.noFunctionReturns),
    access: !has(UNDNAME.noAccessSpecifiers),
    memberKind: !has(UNDNAME.noMemberType),
    constThis: !has(UNDNAME.noCvThisType),
    keywordsOfThis: keywords && !has(UNDNAME.noMsThisType),
    throws: !has(UNDNAME.noThrowSignatures),
  };
}
