import { ByteReader } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { Minidump, TokenInfo } from '../../minidump/index.ts';
import { command } from '../command.ts';
import { readSid } from './readSecurity.ts';
import { groupAttributeNames, privilegeAttributeNames, privilegeName, sidName } from './securityText.ts';

/** A token has no more groups or privileges than this, whatever a damaged record says. */
const MAX_ENTRIES = 4096;
/** SID_AND_ATTRIBUTES as it is stored: offset, attributes */
const ENTRY = 8;

interface Token {
  readonly id: number;
  readonly handle: bigint;
  readonly user?: string;
  readonly groups: readonly { readonly sid: string; readonly attributes: number }[];
  readonly privileges: readonly { readonly luid: number; readonly attributes: number }[];
}

interface TokenModel {
  readonly tokens: readonly Token[];
  readonly named: boolean;
}

/**
 * Tokens of TokenStream (MiniDumpWithTokenInformation). The header file names neither its parts nor their order, so they
 * are told by content. Seen in six dumps of Windows 7: TOKEN_USER, TOKEN_GROUPS and TOKEN_PRIVILEGES with 32-bit offsets in
 * the place of pointers, 64-bit processes too.
 */
export const token = command<TokenModel>({
  name: '!token',
  tier: 'C',
  syntax: ['!token [-n]'],
  summary: 'Shows the access tokens that the dump was written with, if any; -n with names of SIDs.',
  run({ session, args }) {
    const { dump } = session.target;
    const tokens = dump?.tokens ?? [];
    if (!dump || tokens.length === 0) {
      throw new NotAvailable(
        '!token needs the TokenStream, which MiniDumpWithTokenInformation writes: this dump has none, and a token itself is in the kernel',
      );
    }
    return { tokens: tokens.map((info) => readToken(dump, info)), named: /(?:^|\s)-n\b/.test(args) };
  },
  print({ tokens, named }, out) {
    const shown = (sid: string): string => (named ? `${sid} (${sidName(sid)})` : sid);
    for (const { id, handle, user, groups, privileges } of tokens) {
      out.line(`Token of ${id.toString(16)}, handle ${handle.toString(16)}`);
      if (user !== undefined) out.line(`User: ${shown(user)}`);
      if (groups.length > 0) out.line('Groups:');
      groups.forEach(({ sid, attributes }, i) => {
        out.line(` ${String(i).padStart(2, '0')} ${shown(sid)}`);
        out.line(`    Attributes - ${groupAttributeNames(attributes).join(' ')}`);
      });
      if (privileges.length > 0) out.line('Privs:');
      privileges.forEach(({ luid, attributes }, i) => {
        const number = `0x${luid.toString(16).padStart(9, '0')}`;
        const names = privilegeAttributeNames(attributes).join(' ');
        out.line(
          ` ${String(i).padStart(2, '0')} ${number} ${privilegeName(luid).padEnd(33)} Attributes - ${names}`.trimEnd(),
        );
      });
    }
  },
  data: ({ tokens }) => ({
    tokens: tokens.map(({ id, handle, user, groups, privileges }) => ({
      id,
      handle: `0x${handle.toString(16)}`,
      user,
      groups: groups.map(({ sid, attributes }) => ({ sid, attributes })),
      privileges: privileges.map(({ luid, attributes }) => ({ name: privilegeName(luid), luid, attributes })),
    })),
  }),
});

function readToken(dump: Minidump, info: TokenInfo): Token {
  let user: string | undefined;
  let groups: Token['groups'] = [];
  let privileges: Token['privileges'] = [];
  for (const { rva, size } of info.parts) {
    const bytes = dump.bytes(rva, size);
    user ??= readUser(bytes);
    if (groups.length === 0) groups = readGroups(bytes);
    if (privileges.length === 0) privileges = readPrivileges(bytes);
  }
  return { id: info.id, handle: info.handle, user, groups, privileges };
}

/** TOKEN_USER: offset and attributes, the SID behind them up to the end. */
function readUser(bytes: Uint8Array): string | undefined {
  const sid = bytes.subarray(ENTRY);
  const text = readSid(sid);
  return text !== undefined && sidSize(sid) === sid.length ? text : undefined;
}

/**
 * TOKEN_GROUPS: GroupCount, offset and attributes of each, then their SIDs. 32-bit dumps of Windows 7 have the same
 * offset for all: their SIDs stand one behind the other.
 */
function readGroups(bytes: Uint8Array): Token['groups'] {
  const r = new ByteReader(bytes);
  if (!r.has(0, 4)) return [];
  const count = r.u32(0);
  if (count === 0 || count > MAX_ENTRIES || !r.has(4, count * ENTRY)) return [];
  const behind = 4 + count * ENTRY;
  const groups: { sid: string; attributes: number }[] = [];
  let next = behind;
  for (let i = 0; i < count; i++) {
    const offset = r.u32(4 + i * ENTRY);
    const at = offset >= behind ? offset : next;
    const sid = readSid(bytes.subarray(at));
    if (sid === undefined) return [];
    groups.push({ sid, attributes: r.u32(8 + i * ENTRY) });
    next = at + sidSize(bytes.subarray(at));
  }
  return groups;
}

/** TOKEN_PRIVILEGES: PrivilegeCount, then LUID and Attributes of each. */
function readPrivileges(bytes: Uint8Array): Token['privileges'] {
  const r = new ByteReader(bytes);
  if (!r.has(0, 4)) return [];
  const count = r.u32(0);
  if (count === 0 || count > MAX_ENTRIES || bytes.length !== 4 + count * 12) return [];
  return Array.from({ length: count }, (_, i) => ({
    luid: r.u32(4 + i * 12),
    attributes: r.u32(12 + i * 12),
  }));
}

function sidSize(bytes: Uint8Array): number {
  return 8 + 4 * (bytes[1] ?? 0);
}
