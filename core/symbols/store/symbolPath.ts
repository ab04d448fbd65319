/**
 * Symbol paths as dbghelp reads them (windows-driver-docs, "Symbol path for Windows debuggers"): elements between
 * `;`, each a folder, a chain of symbol stores (`srv*cache*https://server`), or a cache for all that follows
 * (`cache*folder`).
 */

/** Where a store lies. `default` is the cache that dbghelp takes when none is named. */
export type StoreLocation =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'default' };

export type PathElement =
  | { readonly kind: 'folder'; readonly path: string }
  /** stores in the order of asking; what a later one has is kept in those before it */
  | { readonly kind: 'stores'; readonly stores: readonly StoreLocation[] }
  | { readonly kind: 'cache'; readonly store: StoreLocation };

/** The server that `srv*` alone stands for, and `.symfix`. */
export const MICROSOFT_SERVER = 'https://msdl.microsoft.com/download/symbols';

export interface SymbolPath {
  readonly elements: readonly PathElement[];
  /** what could not be read, one sentence each */
  readonly problems: readonly string[];
}

/** Reads a symbol path. What is wrong in it is left out and told. */
export function parseSymbolPath(text: string): SymbolPath {
  const elements: PathElement[] = [];
  const problems: string[] = [];
  for (const part of text.split(';')) {
    const element = part.trim().replace(/^"(.*)"$/, '$1');
    if (element === '') continue;
    const [head = '', ...fields] = element.split('*');
    const keyword = fields.length ? head.toLowerCase() : '';
    if (keyword === 'srv') {
      elements.push(chain(fields));
    } else if (keyword === 'symsrv') {
      const dll = fields.shift()?.trim() ?? '';
      if (!/^(symsrv(\.dll)?)?$/i.test(dll)) {
        problems.push(`${element}: stores are read without the help of ${dll}`);
      }
      elements.push(chain(fields));
    } else if (keyword === 'cache') {
      elements.push({ kind: 'cache', store: location(fields[0] ?? '') });
    } else if (fields.length) {
      problems.push(`${element}: '${head}*' begins no element of a symbol path`);
    } else if (isUrl(element)) {
      problems.push(`${element}: a server is written srv*${element}`);
    } else {
      elements.push({ kind: 'folder', path: element });
    }
  }
  return { elements, problems };
}

/** `srv*` alone is the default cache before Microsoft's server; a server without a cache gets the default one. */
function chain(fields: readonly string[]): PathElement {
  const stores = fields.map((f) => location(f));
  const [first] = stores;
  if (first === undefined || (stores.length === 1 && first.kind === 'default')) {
    return { kind: 'stores', stores: [{ kind: 'default' }, { kind: 'url', url: MICROSOFT_SERVER }] };
  }
  return { kind: 'stores', stores: first.kind === 'url' ? [{ kind: 'default' }, ...stores] : stores };
}

function location(field: string): StoreLocation {
  const text = field.trim();
  if (text === '') return { kind: 'default' };
  return isUrl(text) ? { kind: 'url', url: text.replace(/\/+$/, '') } : { kind: 'folder', path: text };
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** A place to look into: a folder, or stores of which the earlier ones keep what the later ones have. */
export type SearchPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'stores'; readonly stores: readonly Exclude<StoreLocation, { kind: 'default' }>[] };

/** The places of a path in the order of asking, with `cache*` and the default cache put in where they count. */
export function searchPlaces(path: SymbolPath, defaultCache: string): SearchPlace[] {
  const places: SearchPlace[] = [];
  let cache: string | undefined;
  for (const element of path.elements) {
    switch (element.kind) {
      case 'folder':
        places.push({ kind: 'folder', path: element.path });
        break;
      case 'cache':
        cache = element.store.kind === 'folder' ? element.store.path : defaultCache;
        break;
      case 'stores': {
        // a cache named before stands in for the default one
        const stores = element.stores.map((s) =>
          s.kind === 'default' ? ({ kind: 'folder', path: cache ?? defaultCache } as const) : s,
        );
        const first = stores[0];
        const cached = cache === undefined || (first?.kind === 'folder' && first.path === cache);
        places.push({
          kind: 'stores',
          stores: cached ? stores : [{ kind: 'folder', path: cache ?? defaultCache }, ...stores],
        });
      }
    }
  }
  return places;
}
