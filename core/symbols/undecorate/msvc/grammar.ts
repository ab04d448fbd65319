import type { DecoratedText } from './decoratedText.ts';
import type { NameGrammar } from './nameGrammar.ts';
import type { SymbolGrammar } from './symbolGrammar.ts';
import type { TypeGrammar } from './typeGrammar.ts';

/**
 * What digits in a name refer back to: the first ten names, function parameters and template arguments, counted from
 * the start of the symbol or of the innermost template.
 */
export interface BackReferences {
  readonly names: string[];
  readonly parameters: string[];
  readonly templateArguments: string[];
}

/** The parts of the grammar, which call each other, over one text. */
export interface Grammar {
  readonly text: DecoratedText;
  readonly style: Style;
  references: BackReferences;
  readonly names: NameGrammar;
  readonly types: TypeGrammar;
  readonly symbols: SymbolGrammar;
}

/** What is written, as the UNDNAME_* flags choose. */
export interface Style {
  readonly nameOnly: boolean;
  /** `class`, `struct`, `union`, `enum` */
  readonly tags: boolean;
  readonly ptr64: boolean;
  /** `__unaligned`, `__restrict` and calling conventions */
  readonly keywords: boolean;
  readonly leadingUnderscores: boolean;
  readonly conventions: boolean;
  readonly returns: boolean;
  readonly access: boolean;
  /** `static`, `virtual` */
  readonly memberKind: boolean;
  readonly constThis: boolean;
  readonly keywordsOfThis: boolean;
  readonly throws: boolean;
}

export function freshReferences(): BackReferences {
  return { names: [], parameters: [], templateArguments: [] };
}

/** Digits reach ten entries; later ones are not remembered. */
export function remember(list: string[], text: string): string {
  if (list.length < 10) list.push(text);
  return text;
}
