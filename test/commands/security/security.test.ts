import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAcl, readSid } from '../../../core/commands/security/readSecurity.ts';
import { hasCorpus } from '../../corpus.ts';
import { fakeTarget } from '../memory/fakeTarget.ts';
import { TestSession } from '../memory/openSession.ts';
import { openEngine, runLine } from '../runLine.ts';

// the SIDs of the documentation's example of !sd, by hand from [MS-DTYP] 2.4.2
const USER = '0105000000000005 15000000 40f9e71e 00ebbe1e 5bd8da11 647f2d00'.replace(/ /g, '');
const SYSTEM = '0101000000000005 12000000'.replace(/ /g, '');
const ACE = (sid: string): string => {
  const size = (8 + sid.length / 2).toString(16).padStart(2, '0');
  return `0000${size}00 03001f00 ${sid}`;
};
const ACL = `0200 4000 0200 0000 ${ACE(USER)} ${ACE(SYSTEM)}`;

describe('!sid, !acl and !sd', () => {
  const user = 'S-1-5-21-518519104-515828480-299554907-2981732';

  it('print a SID', async () => {
    const s = new TestSession(fakeTarget({ memory: { '0x1000': SYSTEM, '0x2000': '0201' } }));
    expect(await s.lines('!sid 1000')).toEqual(['SID is: S-1-5-18']);
    expect(await s.lines('!sid 1000 1')).toEqual([
      'SID is: S-1-5-18 (Well Known Group: NT AUTHORITY\\SYSTEM)',
    ]);
    await expect(s.lines('!sid 2000')).rejects.toThrow('no valid SID');
  });

  it('print a self-relative descriptor as the documentation has it', async () => {
    // owner and DACL at offsets 14 and 30
    const head = `0100 0480 14000000 00000000 00000000 30000000 ${USER}`;
    const s = new TestSession(fakeTarget({ memory: { '0x1000': `${head} ${ACL}` } }));
    expect(await s.lines('!sd 1000 1')).toEqual([
      '->Revision: 0x1',
      '->Sbz1    : 0x0',
      '->Control : 0x8004',
      '            SE_DACL_PRESENT',
      '            SE_SELF_RELATIVE',
      `->Owner   : ${user} (no name known: accounts are not in a dump)`,
      '->Group   :  is NULL',
      '->Dacl    :',
      '->Dacl    : ->AclRevision: 0x2',
      '->Dacl    : ->Sbz1       : 0x0',
      '->Dacl    : ->AclSize    : 0x40',
      '->Dacl    : ->AceCount   : 0x2',
      '->Dacl    : ->Sbz2       : 0x0',
      '->Dacl    : ->Ace[0]: ->AceType: ACCESS_ALLOWED_ACE_TYPE',
      '->Dacl    : ->Ace[0]: ->AceFlags: 0x0',
      '->Dacl    : ->Ace[0]: ->AceSize: 0x24',
      '->Dacl    : ->Ace[0]: ->Mask : 0x001f0003',
      `->Dacl    : ->Ace[0]: ->SID: ${user} (no name known: accounts are not in a dump)`,
      '',
      '->Dacl    : ->Ace[1]: ->AceType: ACCESS_ALLOWED_ACE_TYPE',
      '->Dacl    : ->Ace[1]: ->AceFlags: 0x0',
      '->Dacl    : ->Ace[1]: ->AceSize: 0x14',
      '->Dacl    : ->Ace[1]: ->Mask : 0x001f0003',
      '->Dacl    : ->Ace[1]: ->SID: S-1-5-18 (Well Known Group: NT AUTHORITY\\SYSTEM)',
      '',
      '->Sacl    :  is NULL',
    ]);
    expect((await s.lines('!acl 1030'))[1]).toBe('ACL is: ->AclRevision: 0x2');
  });

  it('say so where a list is damaged or cut', async () => {
    const s = new TestSession(fakeTarget({ memory: { '0x1000': '0200 4000 0300 0000 0000 0400' } }));
    const lines = await s.lines('!acl 1000');
    expect(lines.at(-1)).toBe('ACL is: ->the other 2 entries are damaged or not in the dump');
  });

  it('read anything without failing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([undefined, 'string']).toContain(readSid(bytes) === undefined ? undefined : 'string');
        const acl = readAcl(bytes);
        expect(acl === undefined || acl.aces.length <= acl.count).toBe(true);
      }),
    );
  });
});

describe.skipIf(!hasCorpus)('!token', () => {
  it.each(['64bit-712b1f_x64', '32bit-121c73_x86'])(
    'shows user, groups and privileges of notepad %s',
    async (name) => {
      const engine = await openEngine(`public/dumps/google_notepad-${name}_win7.dmp.gz`);
      const { lines, data } = await runLine(engine, '!token -n');
      const text = lines.join('\n');
      expect(text).toMatch(/^User: S-1-5-21-\d+-\d+-\d+-18783 /m);
      expect(text).toContain('S-1-5-32-544 (Alias: BUILTIN\\Administrators)');
      expect(text).toContain('S-1-16-8192 (Label: Mandatory Label\\Medium Mandatory Level)');
      expect(text).toMatch(/0x000000017 SeChangeNotifyPrivilege +Attributes - Enabled Default/);
      expect(data).toMatchObject({ tokens: [{ groups: { length: 26 }, privileges: { length: 5 } }] });
    },
  );

  it('says what it needs', async () => {
    const engine = await openEngine('public/dumps/llvm_sigsegv-2e2479_x64_win10.dmp.gz');
    expect((await runLine(engine, '!token')).errors[0]).toContain('MiniDumpWithTokenInformation');
  });
});
