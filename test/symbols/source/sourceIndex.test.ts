import { describe, expect, it } from 'vitest';
import { readSourceLink, readSrcsrv } from '../../../core/symbols/index.ts';

/** A stream as the indexing tools write it: `variables` and `files`, one a line. */
function srcsrv(variables: readonly string[], files: readonly string[], ini = 'VERCTRL=http'): string {
  const rule = '-'.repeat(48);
  return [
    `SRCSRV: ini ${rule}`,
    'VERSION=2',
    ini,
    `SRCSRV: variables ${rule}`,
    ...variables,
    `SRCSRV: source files ${rule}`,
    ...files,
    `SRCSRV: end ${rule}`,
    '',
  ].join('\r\n');
}

describe('a srcsrv stream', () => {
  it('gives a web address, made of variables of the stream and of the file', () => {
    const index = readSrcsrv(
      srcsrv(
        [
          'SERVER=https://hg.example.org/central',
          'WHERE=%server%/raw-file/%var3%/%var2%',
          'SRCSRVTRG=%where%',
        ],
        ['D:\\build\\src\\vm\\Main.cpp*vm/Main.cpp*24938c537a55', 'D:\\build\\src\\a.h*a.h*1'],
      ),
    );
    expect(index?.detail).toBe('http, 2 files');
    const url = 'https://hg.example.org/central/raw-file/24938c537a55/vm/Main.cpp';
    // case and the kind of slash do not count
    for (const file of ['D:\\build\\src\\vm\\Main.cpp', 'd:/BUILD/src/vm/main.CPP'])
      expect(index?.find(file)).toEqual({ kind: 'web', by: 'srcsrv', url });
    expect(index?.find('D:\\build\\src\\vm\\Other.cpp')).toBeUndefined();
  });

  it('resolves the example of SrcSrv’s manual', () => {
    // "Language Specification 1": the target and the command for c:\proj\src\file.cpp
    const index = readSrcsrv(
      srcsrv(
        [
          'DEPOT=//depot',
          'WIN_SDKTOOLS= sserver.microsoft.com:4444',
          'SDCMD=sd.exe -p %fnvar%(%var2%) print -o %srcsrvtrg% -q %depot%/%var3%#%var4%',
          'SRCSRVCMD=%sdcmd%',
          'SDTRG=%targ%\\%var2%\\%fnbksl%(%var3%)\\%var4%\\%fnfile%(%var1%)',
          'SRCSRVTRG=%sdtrg%',
        ],
        ['c:\\db\\srcsrv\\shell.cpp*WIN_SDKTOOLS*sdktools/debuggers/srcsrv/shell.cpp*3'],
        'VERCTRL=Source Depot',
      ),
    );
    const target = '%targ%\\WIN_SDKTOOLS\\sdktools\\debuggers\\srcsrv\\shell.cpp\\3\\shell.cpp';
    expect(index?.find('c:\\db\\srcsrv\\shell.cpp')).toEqual({
      kind: 'command',
      by: 'srcsrv',
      target,
      command: `sd.exe -p  sserver.microsoft.com:4444 print -o ${target} -q //depot/sdktools/debuggers/srcsrv/shell.cpp#3`,
    });
  });

  it('says what is neither', () => {
    const find = (...variables: string[]): unknown => readSrcsrv(srcsrv(variables, ['a.c*x*y']))?.find('a.c');
    expect(find('SRCSRVTRG=\\\\server\\src\\%var2%')).toEqual({
      kind: 'path',
      by: 'srcsrv',
      target: '\\\\server\\src\\x',
    });
    expect(find()).toMatchObject({
      kind: 'unusable',
      reason: expect.stringContaining('no SRCSRVTRG') as string,
    });
    expect(find('SRCSRVTRG=https://user:secret@host/%var2%')).toMatchObject({ kind: 'unusable' });
    expect(find('SRCSRVTRG=%A%', 'A=%B%', 'B=%A%')).toMatchObject({
      kind: 'unusable',
      reason: 'its variable a stands for itself',
    });
    const doubling = Array.from({ length: 30 }, (_, i) => `V${i}=%V${i + 1}%%V${i + 1}%`);
    expect(find('SRCSRVTRG=%V0%', ...doubling, 'V30=xx')).toMatchObject({ kind: 'unusable' });
    expect(readSrcsrv('no index at all')).toBeUndefined();
  });

  it('takes what a line of files says as text', () => {
    const index = readSrcsrv(srcsrv(['SECRET=1', 'SRCSRVTRG=https://h/%var2%'], ['a.c*%SECRET%']));
    expect(index?.find('a.c')).toMatchObject({ url: 'https://h/%SECRET%' });
  });
});

describe('Source Link', () => {
  const index = readSourceLink(
    JSON.stringify({
      documents: {
        'C:\\src\\*': 'https://raw.example.org/app/1a2b/*',
        'C:\\src\\lib\\*': 'https://raw.example.org/lib/3c4d/*?raw=1',
        'C:\\gen\\version.c': 'https://raw.example.org/version.c',
        'C:\\b*d\\*': 'https://raw.example.org/*',
        'D:\\*': 'https://raw.example.org/no-star',
      },
    }),
  );
  const find = (file: string): unknown => index?.find(file);

  it('takes the longest path, any case, and writes the rest as an address has it', () => {
    const web = (url: string): unknown => ({ kind: 'web', by: 'Source Link', url });
    expect(find('c:\\SRC\\Main File.cpp')).toEqual(web('https://raw.example.org/app/1a2b/Main%20File.cpp'));
    expect(find('C:\\src\\lib\\a\\b#.c')).toEqual(web('https://raw.example.org/lib/3c4d/a/b%23.c?raw=1'));
    expect(find('C:\\gen\\version.c')).toEqual(web('https://raw.example.org/version.c'));
    expect(find('C:\\gen\\version.cpp')).toBeUndefined();
  });

  it('leaves out what breaks the rules of the stars', () => {
    expect(index?.detail).toBe('3 mappings');
    expect(find('C:\\bad\\a.c')).toBeUndefined();
    expect(find('D:\\a.c')).toBeUndefined();
  });

  it('is nothing where the JSON is none, or another', () => {
    for (const text of ['', '{', '[]', 'null', '{"documents": 1}', '"documents"'])
      expect(readSourceLink(text), text).toBeUndefined();
  });
});
