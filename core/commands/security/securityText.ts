/** Well-known SIDs by their text, as Windows names them in English ([MS-DTYP] 2.4.2.4). */
const WELL_KNOWN: Readonly<Record<string, string>> = {
  'S-1-0-0': 'Well Known Group: NULL SID',
  'S-1-1-0': 'Well Known Group: localhost\\Everyone',
  'S-1-2-0': 'Well Known Group: localhost\\LOCAL',
  'S-1-2-1': 'Well Known Group: localhost\\CONSOLE LOGON',
  'S-1-3-0': 'Well Known Group: localhost\\CREATOR OWNER',
  'S-1-3-1': 'Well Known Group: localhost\\CREATOR GROUP',
  'S-1-3-4': 'Well Known Group: localhost\\OWNER RIGHTS',
  'S-1-5-2': 'Well Known Group: NT AUTHORITY\\NETWORK',
  'S-1-5-3': 'Well Known Group: NT AUTHORITY\\BATCH',
  'S-1-5-4': 'Well Known Group: NT AUTHORITY\\INTERACTIVE',
  'S-1-5-6': 'Well Known Group: NT AUTHORITY\\SERVICE',
  'S-1-5-7': 'Well Known Group: NT AUTHORITY\\ANONYMOUS LOGON',
  'S-1-5-10': 'Well Known Group: NT AUTHORITY\\SELF',
  'S-1-5-11': 'Well Known Group: NT AUTHORITY\\Authenticated Users',
  'S-1-5-12': 'Well Known Group: NT AUTHORITY\\RESTRICTED',
  'S-1-5-13': 'Well Known Group: NT AUTHORITY\\TERMINAL SERVER USER',
  'S-1-5-14': 'Well Known Group: NT AUTHORITY\\REMOTE INTERACTIVE LOGON',
  'S-1-5-15': 'Well Known Group: NT AUTHORITY\\This Organization',
  'S-1-5-18': 'Well Known Group: NT AUTHORITY\\SYSTEM',
  'S-1-5-19': 'Well Known Group: NT AUTHORITY\\LOCAL SERVICE',
  'S-1-5-20': 'Well Known Group: NT AUTHORITY\\NETWORK SERVICE',
  'S-1-5-32-544': 'Alias: BUILTIN\\Administrators',
  'S-1-5-32-545': 'Alias: BUILTIN\\Users',
  'S-1-5-32-546': 'Alias: BUILTIN\\Guests',
  'S-1-5-32-547': 'Alias: BUILTIN\\Power Users',
  'S-1-5-32-551': 'Alias: BUILTIN\\Backup Operators',
  'S-1-5-32-555': 'Alias: BUILTIN\\Remote Desktop Users',
  'S-1-5-32-558': 'Alias: BUILTIN\\Performance Monitor Users',
  'S-1-5-32-559': 'Alias: BUILTIN\\Performance Log Users',
  'S-1-5-64-10': 'Well Known Group: NT AUTHORITY\\NTLM Authentication',
  'S-1-5-113': 'Well Known Group: NT AUTHORITY\\Local account',
  'S-1-5-114': 'Well Known Group: NT AUTHORITY\\Local account and member of Administrators group',
  'S-1-15-2-1': 'Well Known Group: APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES',
  'S-1-16-0': 'Label: Mandatory Label\\Untrusted Mandatory Level',
  'S-1-16-4096': 'Label: Mandatory Label\\Low Mandatory Level',
  'S-1-16-8192': 'Label: Mandatory Label\\Medium Mandatory Level',
  'S-1-16-8448': 'Label: Mandatory Label\\Medium Plus Mandatory Level',
  'S-1-16-12288': 'Label: Mandatory Label\\High Mandatory Level',
  'S-1-16-16384': 'Label: Mandatory Label\\System Mandatory Level',
};

/** The name of a SID that is the same everywhere; those of accounts are in a domain's or machine's database. */
export function sidName(sid: string): string {
  if (/^S-1-5-5-\d+-\d+$/.test(sid)) return 'no name mapped';
  return WELL_KNOWN[sid] ?? 'no name known: accounts are not in a dump';
}

/** SECURITY_DESCRIPTOR_CONTROL (winnt.h), by rising bit. */
const CONTROL: readonly (readonly [number, string])[] = [
  [0x1, 'SE_OWNER_DEFAULTED'],
  [0x2, 'SE_GROUP_DEFAULTED'],
  [0x4, 'SE_DACL_PRESENT'],
  [0x8, 'SE_DACL_DEFAULTED'],
  [0x10, 'SE_SACL_PRESENT'],
  [0x20, 'SE_SACL_DEFAULTED'],
  [0x100, 'SE_DACL_AUTO_INHERIT_REQ'],
  [0x200, 'SE_SACL_AUTO_INHERIT_REQ'],
  [0x400, 'SE_DACL_AUTO_INHERITED'],
  [0x800, 'SE_SACL_AUTO_INHERITED'],
  [0x1000, 'SE_DACL_PROTECTED'],
  [0x2000, 'SE_SACL_PROTECTED'],
  [0x4000, 'SE_RM_CONTROL_VALID'],
  [0x8000, 'SE_SELF_RELATIVE'],
];

export function controlNames(control: number): string[] {
  return CONTROL.filter(([bit]) => control & bit).map(([, name]) => name);
}

/** ACE types (winnt.h) that hold a mask and a SID at once behind the header. */
const PLAIN_ACES: Readonly<Record<number, string>> = {
  0: 'ACCESS_ALLOWED_ACE_TYPE',
  1: 'ACCESS_DENIED_ACE_TYPE',
  2: 'SYSTEM_AUDIT_ACE_TYPE',
  3: 'SYSTEM_ALARM_ACE_TYPE',
  9: 'ACCESS_ALLOWED_CALLBACK_ACE_TYPE',
  10: 'ACCESS_DENIED_CALLBACK_ACE_TYPE',
  13: 'SYSTEM_AUDIT_CALLBACK_ACE_TYPE',
  17: 'SYSTEM_MANDATORY_LABEL_ACE_TYPE',
  18: 'SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE',
  19: 'SYSTEM_SCOPED_POLICY_ID_ACE_TYPE',
  20: 'SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE',
};
/** those with object types between mask and SID */
const OBJECT_ACES: Readonly<Record<number, string>> = {
  5: 'ACCESS_ALLOWED_OBJECT_ACE_TYPE',
  6: 'ACCESS_DENIED_OBJECT_ACE_TYPE',
  7: 'SYSTEM_AUDIT_OBJECT_ACE_TYPE',
  11: 'ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE',
  12: 'ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE',
  15: 'SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE',
};
const ACE_FLAGS: readonly (readonly [number, string])[] = [
  [0x1, 'OBJECT_INHERIT_ACE'],
  [0x2, 'CONTAINER_INHERIT_ACE'],
  [0x4, 'NO_PROPAGATE_INHERIT_ACE'],
  [0x8, 'INHERIT_ONLY_ACE'],
  [0x10, 'INHERITED_ACE'],
  [0x40, 'SUCCESSFUL_ACCESS_ACE_FLAG'],
  [0x80, 'FAILED_ACCESS_ACE_FLAG'],
];

/** The name of an ACE's type, and where its SID begins: 8 for plain ones, behind the object types for others. */
export function aceForm(type: number): {
  readonly name: string;
  readonly kind: 'plain' | 'object' | 'other';
} {
  const plain = PLAIN_ACES[type];
  if (plain !== undefined) return { name: plain, kind: 'plain' };
  const object = OBJECT_ACES[type];
  if (object !== undefined) return { name: object, kind: 'object' };
  return { name: `unknown type 0x${type.toString(16)}`, kind: 'other' };
}

export function aceFlagNames(flags: number): string[] {
  return ACE_FLAGS.filter(([bit]) => flags & bit).map(([, name]) => name);
}

/** Privileges by LUID (winnt.h, SE_*_PRIVILEGE); index is the LUID. */
const PRIVILEGES =
  '- - SeCreateTokenPrivilege SeAssignPrimaryTokenPrivilege SeLockMemoryPrivilege SeIncreaseQuotaPrivilege SeMachineAccountPrivilege SeTcbPrivilege SeSecurityPrivilege SeTakeOwnershipPrivilege SeLoadDriverPrivilege SeSystemProfilePrivilege SeSystemtimePrivilege SeProfileSingleProcessPrivilege SeIncreaseBasePriorityPrivilege SeCreatePagefilePrivilege SeCreatePermanentPrivilege SeBackupPrivilege SeRestorePrivilege SeShutdownPrivilege SeDebugPrivilege SeAuditPrivilege SeSystemEnvironmentPrivilege SeChangeNotifyPrivilege SeRemoteShutdownPrivilege SeUndockPrivilege SeSyncAgentPrivilege SeEnableDelegationPrivilege SeManageVolumePrivilege SeImpersonatePrivilege SeCreateGlobalPrivilege SeTrustedCredManAccessPrivilege SeRelabelPrivilege SeIncreaseWorkingSetPrivilege SeTimeZonePrivilege SeCreateSymbolicLinkPrivilege SeDelegateSessionUserImpersonatePrivilege'.split(
    ' ',
  );

export function privilegeName(luid: number): string {
  return PRIVILEGES[luid] ?? `privilege ${luid}`;
}

const GROUP_ATTRIBUTES: readonly (readonly [number, string])[] = [
  [0x1, 'Mandatory'],
  [0x2, 'Default'],
  [0x4, 'Enabled'],
  [0x8, 'Owner'],
  [0x10, 'UseForDenyOnly'],
  [0x20, 'Integrity'],
  [0x40, 'IntegrityEnabled'],
  [0x20000000, 'GroupResource'],
];

/** SE_GROUP_* as !token prints them; SE_GROUP_LOGON_ID is two bits. */
export function groupAttributeNames(attributes: number): string[] {
  const names = GROUP_ATTRIBUTES.filter(([bit]) => attributes & bit).map(([, name]) => name);
  return (attributes & 0xc0000000) >>> 0 === 0xc0000000 ? [...names, 'LogonId'] : names;
}

const PRIVILEGE_ATTRIBUTES: readonly (readonly [number, string])[] = [
  [0x2, 'Enabled'],
  [0x1, 'Default'],
  [0x4, 'Removed'],
  [0x80000000, 'UsedForAccess'],
];

export function privilegeAttributeNames(attributes: number): string[] {
  return PRIVILEGE_ATTRIBUTES.filter(([bit]) => (attributes & bit) !== 0).map(([, name]) => name);
}
