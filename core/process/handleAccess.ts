type Rights = readonly (readonly [bit: number, name: string])[];

/** Standard rights by the words of !handle. */
const STANDARD: Rights = [
  [0x10000, 'Delete'],
  [0x20000, 'ReadControl'],
  [0x40000, 'WriteDac'],
  [0x80000, 'WriteOwner'],
  [0x100000, 'Synch'],
];

const STATE: Rights = [
  [0x1, 'QueryState'],
  [0x2, 'ModifyState'],
];

/**
 * Rights of object types: bits from winnt.h and the driver kit's headers, words as !handle prints them. Those of Event,
 * Mutant, Semaphore, File, Process, Thread, Section and Key were seen in public output; the rest follow their style.
 */
const SPECIFIC: Readonly<Record<string, Rights>> = {
  Event: STATE,
  Semaphore: STATE,
  Timer: STATE,
  IoCompletion: STATE,
  Mutant: [[0x1, 'QueryState']],
  File: [
    [0x1, 'Read/List'],
    [0x2, 'Write/Add'],
    [0x4, 'Append/SubDir/CreatePipe'],
    [0x8, 'ReadEA'],
    [0x10, 'WriteEA'],
    [0x20, 'Execute/Traverse'],
    [0x40, 'DeleteChild'],
    [0x80, 'ReadAttr'],
    [0x100, 'WriteAttr'],
  ],
  Key: [
    [0x1, 'QueryValue'],
    [0x2, 'SetValue'],
    [0x4, 'CreateSubKey'],
    [0x8, 'EnumSubKey'],
    [0x10, 'Notify'],
    [0x20, 'CreateLink'],
  ],
  Section: [
    [0x1, 'Query'],
    [0x2, 'MapWrite'],
    [0x4, 'MapRead'],
    [0x8, 'MapExecute'],
    [0x10, 'Extend'],
  ],
  Process: [
    [0x1, 'Terminate'],
    [0x2, 'CreateThread'],
    [0x4, 'SetSessionId'],
    [0x8, 'VMOp'],
    [0x10, 'VMRead'],
    [0x20, 'VMWrite'],
    [0x40, 'DupHandle'],
    [0x80, 'CreateProcess'],
    [0x100, 'SetQuota'],
    [0x200, 'SetInfo'],
    [0x400, 'QueryInfo'],
    [0x800, 'SetPort'],
  ],
  Thread: [
    [0x1, 'Terminate'],
    [0x2, 'Suspend'],
    [0x4, 'Alert'],
    [0x8, 'GetContext'],
    [0x10, 'SetContext'],
    [0x20, 'SetInfo'],
    [0x40, 'QueryInfo'],
    [0x80, 'SetToken'],
    [0x100, 'Impersonate'],
    [0x200, 'DirectImpersonate'],
  ],
  Directory: [
    [0x1, 'Query'],
    [0x2, 'Traverse'],
    [0x4, 'CreateObject'],
    [0x8, 'CreateSubDirectory'],
  ],
  SymbolicLink: [[0x1, 'Query']],
  Token: [
    [0x1, 'AssignPrimary'],
    [0x2, 'Duplicate'],
    [0x4, 'Impersonate'],
    [0x8, 'Query'],
    [0x10, 'QuerySource'],
    [0x20, 'AdjustPrivileges'],
    [0x40, 'AdjustGroups'],
    [0x80, 'AdjustDefault'],
    [0x100, 'AdjustSessionId'],
  ],
  Job: [
    [0x1, 'AssignProcess'],
    [0x2, 'SetAttributes'],
    [0x4, 'Query'],
    [0x8, 'Terminate'],
    [0x10, 'SetSecurityAttributes'],
  ],
  Desktop: [
    [0x1, 'ReadObjects'],
    [0x2, 'CreateWindow'],
    [0x4, 'CreateMenu'],
    [0x8, 'HookControl'],
    [0x10, 'JournalRecord'],
    [0x20, 'JournalPlayback'],
    [0x40, 'Enumerate'],
    [0x80, 'WriteObjects'],
    [0x100, 'SwitchDesktop'],
  ],
  WindowStation: [
    [0x1, 'EnumDesktops'],
    [0x2, 'ReadAttributes'],
    [0x4, 'AccessClipboard'],
    [0x8, 'CreateDesktop'],
    [0x10, 'WriteAttributes'],
    [0x20, 'AccessGlobalAtoms'],
    [0x40, 'ExitWindows'],
    [0x100, 'Enumerate'],
    [0x200, 'ReadScreen'],
  ],
  KeyedEvent: [
    [0x1, 'Wait'],
    [0x2, 'Wake'],
  ],
};

export interface AccessNames {
  readonly standard: readonly string[];
  /** rights of the object's type; bits without a word as `0x…` */
  readonly specific: readonly string[];
}

/** The rights in a handle's GrantedAccess, for an object of a type. */
export function accessNames(type: string, granted: number): AccessNames {
  const low = granted & 0xffff;
  return {
    standard: STANDARD.filter(([bit]) => (granted & bit) !== 0).map(([, name]) => name),
    specific: names(SPECIFIC[type] ?? [], low),
  };
}

function names(rights: Rights, value: number): string[] {
  const found: string[] = [];
  let rest = value;
  for (const [bit, name] of rights) {
    if ((rest & bit) === 0) continue;
    found.push(name);
    rest &= ~bit;
  }
  if (rest !== 0) found.push(`0x${rest.toString(16)}`);
  return found;
}
