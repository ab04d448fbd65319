import { decodeUtf16z } from '../bytes/index.ts';
import type { Address } from '../target/index.ts';
import { field, type Field, type ProcessView, readable, smallField } from './processView.ts';

/** KUSER_SHARED_DATA lies here in every process since NT 3.5 (MM_SHARED_USER_DATA_VA, ntddk.h). */
export const SHARED_USER_DATA: Address = 0x7ffe0000n;
/** WCHAR NtSystemRoot[260] */
const SYSTEM_ROOT_BYTES = 520;

/** `_KUSER_SHARED_DATA`, as much as !kuser prints of it. */
export interface SharedUserData {
  readonly address: Address;
  readonly TickCountMultiplier: Field<number>;
  readonly TickCountQuad: Field;
  readonly TimeZoneId: Field<number>;
  readonly ImageNumberLow: Field<number>;
  readonly ImageNumberHigh: Field<number>;
  readonly CryptoExponent: Field<number>;
  readonly NtSystemRoot: Field<string>;
  readonly NtMajorVersion: Field<number>;
  readonly NtMinorVersion: Field<number>;
  readonly NtBuildNumber: Field<number>;
  readonly NumberOfPhysicalPages: Field<number>;
  /** since the system started, in milliseconds */
  readonly uptimeMilliseconds?: number;
}

/** The shared page; undefined where the dump does not hold it. */
export function readSharedUserData(view: ProcessView): SharedUserData | undefined {
  const { memory } = view.target;
  if (memory.available(SHARED_USER_DATA, 8) < 8) return undefined;
  const struct = view.layouts.at('_KUSER_SHARED_DATA', memory, SHARED_USER_DATA);
  const multiplier = smallField(struct, 'TickCountMultiplier');
  // Windows XP keeps TickCountLow instead; its name changed to TickCountLowDeprecated in Server 2003
  const ticks = field(struct, struct.has('TickCountQuad') ? 'TickCountQuad' : 'TickCountLow');
  return {
    address: SHARED_USER_DATA,
    TickCountMultiplier: multiplier,
    TickCountQuad: ticks,
    TimeZoneId: smallField(struct, 'TimeZoneId'),
    ImageNumberLow: smallField(struct, 'ImageNumberLow'),
    ImageNumberHigh: smallField(struct, 'ImageNumberHigh'),
    CryptoExponent: smallField(struct, 'CryptoExponent'),
    NtSystemRoot: struct.has('NtSystemRoot')
      ? readable(() => decodeUtf16z(memory.read(struct.addressOf('NtSystemRoot'), SYSTEM_ROOT_BYTES)))
      : undefined,
    NtMajorVersion: smallField(struct, 'NtMajorVersion'),
    NtMinorVersion: smallField(struct, 'NtMinorVersion'),
    NtBuildNumber: smallField(struct, 'NtBuildNumber'),
    NumberOfPhysicalPages: smallField(struct, 'NumberOfPhysicalPages'),
    // the multiplier is milliseconds a tick with 24 binary digits behind the point
    uptimeMilliseconds:
      typeof multiplier === 'number' && typeof ticks === 'bigint'
        ? Number((ticks * BigInt(multiplier)) >> 24n)
        : undefined,
  };
}
