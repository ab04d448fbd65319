import { describe, expect, it } from 'vitest';
import { plain, Redactor, span } from '../../core/output/index.ts';

const redactor = new Redactor({
  texts: [
    { text: 'jsmith', mask: '<user>' },
    { text: 'DESKTOP-7', mask: '<machine>' },
    { text: 'sesame open', mask: '<value>' },
  ],
  variables: ['USERNAME', 'SECRET', 'ProgramFiles(x86)'],
});

describe('Redactor', () => {
  it.each([
    // what the dump tells, as whole words and in any case
    ['by JSmith on desktop-7.', 'by <user> on <machine>.'],
    ['jsmithson and DESKTOP-77', 'jsmithson and DESKTOP-77'],
    ['x=sesame open;', 'x=<value>;'],
    // people's folders, whoever they belong to
    ['C:\\Users\\Ann Lee\\a.pdb', 'C:\\Users\\<user>\\a.pdb'],
    ['"c:\\users\\ANNLEE~1" and more', '"c:\\users\\<user>" and more'],
    ['C:\\Documents and Settings\\bo\\x', 'C:\\Documents and Settings\\<user>\\x'],
    ['/home/bo/src/x.c', '/home/<user>/src/x.c'],
    ['C:\\Users\\Public\\x', 'C:\\Users\\Public\\x'],
    ['\\Device\\HarddiskVolume3\\Users\\bo\\x', '\\Device\\HarddiskVolume3\\Users\\<user>\\x'],
    // shares and security identifiers
    ['\\\\build07\\drop$\\x', '\\\\<machine>\\drop$\\x'],
    ['\\\\?\\C:\\x and \\\\.\\pipe\\y', '\\\\?\\C:\\x and \\\\.\\pipe\\y'],
    ['S-1-5-21-1004336348-1177238915-682003330-512', 'S-1-5-21-<account>'],
    ['S-1-5-18', 'S-1-5-18'],
    // addresses
    ['to 10.1.2.33:8080', 'to <ip>:8080'],
    ['File version:     10.0.2.33', 'File version:     10.0.2.33'],
    ['kernel32.dll version: 10.0.18362.1350', 'kernel32.dll version: 10.0.18362.1350'],
    ['127.0.0.1', '127.0.0.1'],
    ['fe80::1c2a:7bff:fe11:2233%4 2001:db8::7', '<ip>%4 <ip>'],
    ['fade::Add std::cd::ef 12:34:56.000 0:000>', 'fade::Add std::cd::ef 12:34:56.000 0:000>'],
    ['mail a.b+c@mail.example.org now', 'mail <mail> now'],
    ['?x@@YAXXZ _free@12 newopnt.cpp @ 18', '?x@@YAXXZ _free@12 newopnt.cpp @ 18'],
    // values of the environment, however they are shown
    ['    SECRET=a=b c', '    SECRET=<value>'],
    ['        secret = 1', '        secret = <value>'],
    ['0012ff00  "ProgramFiles(x86)=D:\\x"', '0012ff00  "ProgramFiles(x86)=<value>"'],
    ['MYSECRET=1', 'MYSECRET=1'],
  ])('shows %s as %s', (text, shown) => {
    expect(redactor.text(text)).toBe(shown);
    expect(plain(redactor.line([{ text }]))).toBe(shown);
    expect(redactor.text(shown)).toBe(shown);
  });

  it('masks over spans, and in what a click runs', () => {
    const line = redactor.line([
      span('C:\\Users\\js', 'file'),
      span('mith\\a.c', 'file', '.open C:\\Users\\jsmith\\a.c'),
      { text: ' by jsmith' },
    ]);
    expect(plain(line)).toBe('C:\\Users\\<user>\\a.c by <user>');
    expect(line[1]?.command).toBe('.open C:\\Users\\<user>\\a.c');
    expect(line.map((s) => s.kind)).toEqual(['file', 'file', undefined]);
  });

  it('masks every string of data, and leaves versions, numbers and shapes', () => {
    const data = {
      version: '1.2.3.4',
      peer: '1.2.3.4',
      list: ['jsmith', 7, null, { path: 'C:\\Users\\bo\\x', '\\\\srv\\a': true }],
      variables: [{ name: 'SECRET', value: 'x' }],
      other: { name: 'module', value: 'x' },
    };
    expect(redactor.json(data)).toEqual({
      version: '1.2.3.4',
      peer: '<ip>',
      list: ['<user>', 7, null, { path: 'C:\\Users\\<user>\\x', '\\\\<machine>\\a': true }],
      variables: [{ name: 'SECRET', value: '<value>' }],
      other: { name: 'module', value: 'x' },
    });
  });
});
