/** Functions that threads wait in, innermost first on a stack, and what for (Windows' system services). */
interface WaitReason {
  readonly function: RegExp;
  readonly reason: string;
  /** the thread has nothing to do: it waits for work, messages, connections */
  readonly idle?: boolean;
}

const WORK: readonly WaitReason[] = [
  { function: /^(Nt|Zw)WaitForWorkViaWorkerFactory$/, reason: 'work for the thread pool', idle: true },
  { function: /^(Nt|Zw)RemoveIoCompletion(Ex)?$/, reason: 'the completion of I/O', idle: true },
  { function: /^(Nt|Zw)UserGetMessage$/, reason: 'a window message', idle: true },
  { function: /^(Nt|Zw)UserWaitMessage$/, reason: 'a window message', idle: true },
  { function: /^(Nt|Zw)UserMsgWaitForMultipleObjectsEx$/, reason: 'objects or window messages', idle: true },
  { function: /^(Nt|Zw)DelayExecution$/, reason: 'time to pass (Sleep)' },
  { function: /^(Nt|Zw)(WaitForSingleObject|SignalAndWaitForSingleObject)(Ex)?$/, reason: 'one object' },
  { function: /^(Nt|Zw)WaitForMultipleObjects(32)?$/, reason: 'several objects' },
  {
    function: /^(Nt|Zw)WaitForAlertByThreadId$/,
    reason: 'a lock or condition variable (an alert by another thread)',
  },
  { function: /^(Nt|Zw)WaitForKeyedEvent$/, reason: 'a lock or condition variable (a keyed event)' },
  { function: /^(Nt|Zw)Alpc(SendWaitReceivePort|ConnectPort)\w*$/, reason: 'an answer through ALPC (RPC)' },
  { function: /^(Nt|Zw)(RequestWaitReplyPort|ReplyWaitReceivePort(Ex)?)$/, reason: 'an answer through LPC' },
  {
    function: /^(Nt|Zw)(ReadFile|WriteFile|FlushBuffersFile|QueryDirectoryFile|LockFile)(Ex)?$/,
    reason: 'a file',
  },
  { function: /^(Nt|Zw)(DeviceIoControlFile|FsControlFile)$/, reason: 'a device or file system' },
  {
    function: /^(Nt|Zw)(NotifyChangeKey|NotifyChangeMultipleKeys|NotifyChangeDirectoryFile)\w*$/,
    reason: 'a change',
    idle: true,
  },
  { function: /^(Nt|Zw)SuspendThread$/, reason: 'its resumption' },
];

/** Above a system service: what the wait is really for. */
const LOCKS: readonly WaitReason[] = [
  { function: /^Rtlp?(Enter|Wait(For|On))\w*CriticalSection\w*$/, reason: 'a critical section' },
  { function: /^RtlAcquireSRWLock(Exclusive|Shared)$/, reason: 'a slim reader/writer lock' },
  {
    function: /^(RtlSleepConditionVariable(CS|SRW)|SleepConditionVariable(CS|SRW))$/,
    reason: 'a condition variable',
  },
  { function: /^(RtlWaitOnAddress|WaitOnAddress)$/, reason: 'a value in memory to change (WaitOnAddress)' },
  { function: /^RtlAcquireResource(Exclusive|Shared)$/, reason: 'a resource lock' },
  { function: /^(LdrpAcquireLoaderLock|LdrLockLoaderLock|LdrpDrainWorkQueue)$/, reason: 'the loader' },
];

/** What a function that stands innermost on a stack waits for; undefined where it is no wait. */
export function waitReason(name: string): { readonly reason: string; readonly idle: boolean } | undefined {
  const found = WORK.find((w) => w.function.test(name));
  return found && { reason: found.reason, idle: found.idle ?? false };
}

/** What a function further out waits for, which says more than the system service. */
export function lockReason(name: string): string | undefined {
  return LOCKS.find((w) => w.function.test(name))?.reason;
}
