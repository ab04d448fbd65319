import { parseSymbolPath, type SearchPaths } from '../../symbols/index.ts';

/** One element of a path and whether it can be looked into. A server is asked only when a file is needed. */
export interface PlaceCheck {
  readonly response: 'OK' | 'Error' | 'Deferred';
  readonly location: string;
}

/** Column of the location under the summary's heading. */
const LOCATION = 47;

/** The elements of a symbol path: folders are looked at, stores and servers are not. */
export function checkSymbolPath(path: string, host: SearchPaths): PlaceCheck[] {
  return elementsOf(path).map((location) => {
    const [element] = parseSymbolPath(location).elements;
    if (!element) return { response: 'Error', location };
    if (element.kind !== 'folder') return { response: 'Deferred', location };
    return checkFolder(element.path, location, host);
  });
}

/** The elements of a path of plain folders: images, sources. */
export function checkFolders(path: string, host: SearchPaths): PlaceCheck[] {
  return elementsOf(path).map((location) =>
    /^srv\*/i.test(location) ? { response: 'Deferred', location } : checkFolder(location, location, host),
  );
}

/** The summary that the debugger prints under a path. */
export function validationLines(checks: readonly PlaceCheck[]): string[] {
  if (checks.length === 0) return [];
  return [
    '',
    '************* Path validation summary **************',
    'Response                         Time (ms)     Location',
    ...checks.map(({ response, location }) => response.padEnd(LOCATION) + location),
  ];
}

/** `a;"b c"; d`: what stands between the semicolons, without quotes. */
export function elementsOf(path: string): string[] {
  return path
    .split(';')
    .map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
    .filter(Boolean);
}

function checkFolder(path: string, location: string, host: SearchPaths): PlaceCheck {
  return { response: host.hasFolder(path) ? 'OK' : 'Error', location };
}
