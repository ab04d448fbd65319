import { ByteReader } from '../../bytes/index.ts';
import { aceForm } from './securityText.ts';

/** SID_MAX_SUB_AUTHORITIES (winnt.h) */
const MAX_SUB_AUTHORITIES = 15;
/** AclSize has 16 bits, and an ACE at least its header. */
const MAX_ACES = 0x4000;
const ACL_HEADER = 8;
const ACE_HEADER = 4;

export interface Ace {
  readonly type: number;
  readonly typeName: string;
  readonly flags: number;
  readonly size: number;
  readonly mask?: number;
  readonly sid?: string;
}

export interface Acl {
  readonly revision: number;
  readonly sbz1: number;
  readonly size: number;
  readonly count: number;
  readonly sbz2: number;
  /** fewer than `count` where the list is damaged or cut short */
  readonly aces: readonly Ace[];
}

/**
 * A SID's text from its bytes: Revision 1, SubAuthorityCount, a big-endian IdentifierAuthority of 48 bits, the
 * sub-authorities; undefined where the bytes are none or too few ([MS-DTYP] 2.4.2).
 */
export function readSid(bytes: Uint8Array): string | undefined {
  const r = new ByteReader(bytes);
  if (!r.has(0, 8) || r.u8(0) !== 1) return undefined;
  const count = r.u8(1);
  if (count > MAX_SUB_AUTHORITIES || !r.has(8, count * 4)) return undefined;
  let authority = 0;
  for (let i = 2; i < 8; i++) authority = authority * 256 + r.u8(i);
  const shown = authority >= 2 ** 32 ? `0x${authority.toString(16).padStart(12, '0')}` : String(authority);
  const parts = Array.from({ length: count }, (_, i) => r.u32(8 + i * 4));
  return ['S', '1', shown, ...parts].join('-');
}

/** An ACL from the bytes at its start, as many as there are; undefined where they are too few for its header. */
export function readAcl(bytes: Uint8Array): Acl | undefined {
  const r = new ByteReader(bytes);
  if (!r.has(0, ACL_HEADER)) return undefined;
  const size = r.u16(2);
  const count = r.u16(4);
  const end = Math.min(size, bytes.length);
  const aces: Ace[] = [];
  for (let at = ACL_HEADER; aces.length < Math.min(count, MAX_ACES) && at + ACE_HEADER <= end;) {
    const aceSize = r.u16(at + 2);
    if (aceSize < ACE_HEADER || at + aceSize > end) break;
    aces.push(readAce(r.bytes.subarray(at, at + aceSize)));
    at += aceSize;
  }
  return { revision: r.u8(0), sbz1: r.u8(1), size, count, sbz2: r.u16(6), aces };
}

function readAce(bytes: Uint8Array): Ace {
  const r = new ByteReader(bytes);
  const type = r.u8(0);
  const { name, kind } = aceForm(type);
  const head = { type, typeName: name, flags: r.u8(1), size: bytes.length };
  if (kind === 'other' || !r.has(4, 4)) return head;
  const mask = r.u32(4);
  return { ...head, mask, sid: readSid(bytes.subarray(kind === 'plain' ? 8 : sidOffset(r))) };
}

/** ACCESS_ALLOWED_OBJECT_ACE: Flags say which of two GUIDs stand before the SID. */
function sidOffset(r: ByteReader): number {
  if (!r.has(8, 4)) return r.bytes.length;
  const flags = r.u32(8);
  return 12 + (flags & 1 ? 16 : 0) + (flags & 2 ? 16 : 0);
}
