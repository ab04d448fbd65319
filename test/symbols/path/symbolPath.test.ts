import { describe, expect, it } from 'vitest';
import {
  breakpadRequest,
  imageKey,
  MICROSOFT_SERVER,
  parseFilePointer,
  parseSymbolPath,
  pdbKey,
  searchPlaces,
  storeFolders,
  storeName,
  type SearchPlace,
} from '../../../core/symbols/index.ts';

/** One line a place, stores joined by the sign that joins them in a path. */
function shown(place: SearchPlace): string {
  if (place.kind === 'folder') return place.path;
  return place.stores.map((s) => (s.kind === 'url' ? s.url : s.path)).join(' * ');
}

const places = (path: string): string[] => searchPlaces(parseSymbolPath(path), 'DEFAULT').map(shown);

// the examples of "Advanced SymSrv use" and "Symbol path for Windows debuggers" of the debugger's documentation
describe('parseSymbolPath', () => {
  it.each([
    ['C:\\Symbols', ['C:\\Symbols']],
    ['C:\\a; "C:\\b c" ;;', ['C:\\a', 'C:\\b c']],
    ['srv*\\\\server\\share', ['\\\\server\\share']],
    ['srv*c:\\local*\\\\server\\share', ['c:\\local * \\\\server\\share']],
    [
      'SRV*c:\\cache*\\\\mid\\share*https://msdl.microsoft.com/download/symbols/',
      ['c:\\cache * \\\\mid\\share * https://msdl.microsoft.com/download/symbols'],
    ],
    ['srv*https://symbols.example/s', ['DEFAULT * https://symbols.example/s']],
    ['srv**https://symbols.example/s', ['DEFAULT * https://symbols.example/s']],
    ['srv*', [`DEFAULT * ${MICROSOFT_SERVER}`]],
    ['symsrv*symsrv.dll*c:\\cache*https://symbols.example/s', ['c:\\cache * https://symbols.example/s']],
    ['cache*c:\\mine;srv*https://symbols.example/s', ['c:\\mine * https://symbols.example/s']],
    ['cache*;srv*\\\\server\\share', ['DEFAULT * \\\\server\\share']],
    [
      'C:\\before;cache*c:\\mine;srv*c:\\other*https://a/b',
      ['C:\\before', 'c:\\mine * c:\\other * https://a/b'],
    ],
    ['/home/me/symbols;srv*/var/cache*https://a', ['/home/me/symbols', '/var/cache * https://a']],
  ])('%s', (path, expected) => {
    expect(places(path)).toEqual(expected);
    expect(parseSymbolPath(path).problems).toEqual([]);
  });

  it.each([
    ['https://symbols.example/s', 'a server is written srv*https://symbols.example/s'],
    ['svr*c:\\a', "'svr*' begins no element of a symbol path"],
    ['symsrv*other.dll*c:\\a', 'stores are read without the help of other.dll'],
  ])('tells what is wrong with %s', (path, problem) => {
    expect(parseSymbolPath(path).problems[0]).toContain(problem);
  });
});

describe('keys and layout', () => {
  const guid = '58AEFA7324FBDABAC35C72BBE3794AE5';

  it('makes the keys of a symbol store', () => {
    expect(pdbKey({ kind: 'rsds', guid, age: 1, pdb: 'ntdll.pdb' })).toBe(`${guid}1`);
    expect(pdbKey({ kind: 'rsds', guid: guid.toLowerCase(), age: 26, pdb: 'x' })).toBe(`${guid}1a`);
    expect(pdbKey({ kind: 'nb10', signature: 0x3b7d8450, age: 2, pdb: 'x' })).toBe('3B7D84502');
    expect(imageKey(0x4a5bdb3b, 0x17a000)).toBe('4A5BDB3B17a000');
    expect(imageKey(0x1234, 0x9000)).toBe('000012349000');
  });

  it('has one more folder in two-tier stores', () => {
    const request = { kind: 'pdb', name: 'Ntdll.pdb', folder: 'Ntdll.pdb', key: `${guid}1` } as const;
    expect(storeFolders(request, false)).toEqual(['Ntdll.pdb', `${guid}1`]);
    expect(storeFolders(request, true)).toEqual(['nt', 'Ntdll.pdb', `${guid}1`]);
  });

  it('keeps Breakpad files under the name of the PDB', () => {
    expect(breakpadRequest('app.pdb', { kind: 'rsds', guid, age: 10, pdb: 'app.pdb' })).toEqual({
      kind: 'breakpad',
      name: 'app.sym',
      folder: 'app.pdb',
      key: `${guid}A`,
    });
  });

  it.each([
    ['PATH:\\\\server\\drop\\app.pdb\r\n', { path: '\\\\server\\drop\\app.pdb' }],
    ['path: /drop/app.pdb', { path: '/drop/app.pdb' }],
    ['\\\\server\\drop\\app.pdb\0', { path: '\\\\server\\drop\\app.pdb' }],
    ['MSG: this build was deleted', { message: 'this build was deleted' }],
  ])('reads file.ptr: %s', (text, pointer) => {
    expect(parseFilePointer(text)).toEqual(pointer);
  });
});

describe('storeName', () => {
  it.each([
    ['ntdll.pdb', 'ntdll.pdb'],
    ['D:\\build\\x64\\Release\\app.pdb', 'app.pdb'],
    ['/build/out/app.pdb', 'app.pdb'],
    ['..\\..\\app.pdb', 'app.pdb'],
    ['\\\\evil\\share\\app.pdb', 'app.pdb'],
    ['con.app.pdb.d\\console.pdb', 'console.pdb'],
    ['コンソール.pdb', 'コンソール.pdb'],
  ])('takes the last part of %s', (path, name) => {
    expect(storeName(path)).toEqual({ name });
  });

  it.each([
    ['', 'it has no file name'],
    ['C:\\build\\', 'it has no file name'],
    ['C:\\build\\..', 'is a folder'],
    ['.', 'is a folder'],
    ['C:app.pdb', 'names a drive or an alternate stream'],
    ['app.pdb:stream', 'names a drive or an alternate stream'],
    ['CON', 'is the name of a device'],
    ['\\\\.\\nul', 'is the name of a device'],
    ['nul.pdb', 'is the name of a device'],
    ['Com1.symbols.pdb', 'is the name of a device'],
    ['LPT³.pdb', 'is the name of a device'],
    ['conout$', 'is the name of a device'],
    ['app.pdb.', 'ends in a way that Windows drops'],
    ['app.pdb ', 'ends in a way that Windows drops'],
    ['a\0b.pdb', 'has characters that no file name has'],
    ['a\u001b[31m.pdb', 'has characters that no file name has'],
    ['a*.pdb', 'has characters that no file name has'],
    ['a|b', 'has characters that no file name has'],
    ['x'.repeat(300), 'is too long for a file name'],
  ])('refuses %j', (path, why) => {
    expect(storeName(path)).toEqual({ refused: expect.stringContaining(why) as string });
  });
});
