import { parseSymbolPath, type StoreLocation } from '../../symbols/index.ts';

/** A symbol path with what its short forms stand for: `srv*` is `cache*;SRV*https://…`. */
export function expandedSymbolPath(path: string): string {
  let cached = false;
  const parts = parseSymbolPath(path).elements.map((element) => {
    switch (element.kind) {
      case 'folder':
        return element.path;
      case 'cache':
        cached = true;
        return `cache*${locationText(element.store)}`;
      case 'stores': {
        const [first, ...rest] = element.stores;
        const server = rest[0]?.kind === 'url' && rest.length === 1 ? rest[0].url : undefined;
        // the default cache before one server: the two elements that the debugger shows
        if (first?.kind === 'default' && server !== undefined)
          return `${cached ? '' : 'cache*;'}SRV*${server}`;
        return ['SRV', ...element.stores.map(locationText)].join('*');
      }
    }
  });
  return parts.join(';');
}

function locationText(location: StoreLocation): string {
  if (location.kind === 'default') return '';
  return location.kind === 'url' ? location.url : location.path;
}
