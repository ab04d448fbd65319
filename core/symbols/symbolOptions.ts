/**
 * Whether public symbols are looked at: `last` where no private one is at their address (SYMOPT_AUTO_PUBLICS), `too`
 * beside private ones, `only` (SYMOPT_PUBLICS_ONLY), `never` (SYMOPT_NO_PUBLICS).
 */
export type PublicSymbolUse = 'last' | 'too' | 'only' | 'never';

/** How names of symbols are shown and searched. They count at once. */
export interface SymbolNaming {
  /** without SYMOPT_CASE_INSENSITIVE */
  caseSensitive: boolean;
  /** without SYMOPT_UNDNAME: public symbols by the names that the linker has for them */
  decorated: boolean;
  /** SYMOPT_NO_CPP: `__` for each `::` */
  withoutCpp: boolean;
}

/** Which symbols a module gets. They count from its next load on. */
export interface SymbolChoice {
  /** SYMOPT_LOAD_ANYTHING: take symbols whose identity differs from the image's */
  ignoreMismatch: boolean;
  /** SYMOPT_EXACT_SYMBOLS: never take those, not for `.reload /i` either, nor the export table in their place */
  exact: boolean;
  /** SYMOPT_IGNORE_CVREC: the image's debug record does not count */
  ignoreCodeView: boolean;
  /** without SYMOPT_NO_IMAGE_SEARCH: have the image fetched where only it can say which PDB is wanted */
  fetchImages: boolean;
  /** SYMOPT_IGNORE_IMAGEDIR: do not look beside the image */
  ignoreImageFolder: boolean;
  /** SYMOPT_ALLOW_ABSOLUTE_SYMBOLS: public symbols that are numbers and no places in the image */
  absolute: boolean;
  publics: PublicSymbolUse;
}

/** Choices that hold for all modules, set by `.symopt`. */
export interface SymbolOptions extends SymbolNaming, SymbolChoice {
  /** SYMOPT_NO_UNQUALIFIED_LOADS: a name without a module is searched in what is loaded, and nowhere else */
  loadedOnly: boolean;
  /** SYMOPT_SECURE: no server is asked */
  offline: boolean;
}

/** What holds unless `.symopt` says otherwise. */
export const DEFAULT_SYMBOL_OPTIONS: Readonly<SymbolOptions> = {
  caseSensitive: false,
  decorated: false,
  withoutCpp: false,
  ignoreMismatch: false,
  exact: false,
  ignoreCodeView: false,
  fetchImages: false,
  ignoreImageFolder: false,
  absolute: false,
  publics: 'last',
  loadedOnly: false,
  offline: false,
};
