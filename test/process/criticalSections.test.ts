import { describe, expect, it } from 'vitest';
import {
  findCriticalSections,
  listCriticalSections,
  lockState,
  type ProcessView,
  readCriticalSection,
  readListedSection,
} from '../../core/process/index.ts';
import { FakeMemory, fakeModule, fakeView } from './fakeView.ts';

const NTDLL = fakeModule('ntdll.dll', 0x77000000n, 0x100000);
const LIST_HEAD = 0x77010000n;

/** Windows 7 x86: RTL_CRITICAL_SECTION of 24 bytes, RTL_CRITICAL_SECTION_DEBUG of 32, ProcessLocksList at 8. */
function putSection(
  m: FakeMemory,
  at: bigint,
  debug: bigint,
  fields: [lock: number, recursion: number, owner: number],
): void {
  const [lock, recursion, owner] = fields;
  m.put(at, 4, debug)
    .put(at + 4n, 4, lock)
    .put(at + 8n, 4, recursion)
    .put(at + 12n, 4, owner);
  m.put(debug, 2, 0).put(debug + 4n, 4, at);
}

/** Links debug information in order behind the list's head. */
function link(m: FakeMemory, debugs: readonly bigint[]): void {
  const links = [LIST_HEAD, ...debugs.map((d) => d + 8n)];
  links.forEach((at, i) => {
    const next = links[(i + 1) % links.length] ?? 0n;
    m.put(at, 4, next).put(next + 4n, 4, at);
  });
}

describe('LockCount', () => {
  // "Displaying a Critical Section" of the debugger's documentation: -22 is locked, none woken, five wait
  it('is bits when negative', () => {
    expect(lockState(-22, 1)).toEqual({ locked: true, waiters: 5, waiterWoken: false });
    expect(lockState(-2, 1)).toEqual({ locked: true, waiters: 0, waiterWoken: false });
    expect(lockState(-1, 0)).toEqual({ locked: false, waiters: 0 });
    expect(lockState(0xfffffffe, 1)).toEqual({ locked: true, waiters: 0, waiterWoken: false });
  });

  // the same page on Windows XP: LockCount - RecursionCount + 1 waiters; its !locks sample has 6, 1 and six waiters
  it('is a count otherwise', () => {
    expect(lockState(0, 1)).toEqual({ locked: true, waiters: 0 });
    expect(lockState(6, 1)).toEqual({ locked: true, waiters: 6 });
    expect(lockState(2, 2)).toEqual({ locked: true, waiters: 1 });
  });
});

describe('the list of critical sections', () => {
  const loaderLock = 0x77020000n;
  const debugs = [0x77030000n, 0x00500000n, 0x00500100n];

  async function process(): Promise<{ memory: FakeMemory; view: ProcessView }> {
    const memory = new FakeMemory().map(0x77000000n, 0x100000).map(0x500000n, 0x1000).map(0x400000n, 0x1000);
    putSection(memory, loaderLock, 0x77030000n, [-1, 0, 0]);
    putSection(memory, 0x400010n, 0x500000n, [-6, 1, 0x1e98]);
    putSection(memory, 0x400050n, 0x500100n, [-1, 0, 0]);
    link(memory, debugs);
    return { memory, view: await fakeView('x86', memory, [NTDLL]) };
  }

  it('has every section and not its own head', async () => {
    const { view } = await process();
    const list = listCriticalSections(view, loaderLock);
    expect(list).toMatchObject({ end: 'complete', unlinked: false });
    expect(list?.debugInfos).toEqual(debugs);
    const sections = debugs.map((d) => readListedSection(view, d));
    expect(sections.map((s) => s.section?.address)).toEqual([loaderLock, 0x400010n, 0x400050n]);
    expect(sections.map((s) => s.orphaned)).toEqual([false, false, false]);
    expect(sections[1]?.section?.state).toEqual({ locked: true, waiters: 1, waiterWoken: false });
  });

  it('leaves out a head that looks like a list of its own', async () => {
    const { memory, view } = await process();
    // an empty LIST_ENTRY in front of the head: read as debug information, it leads to a section that leads back
    memory.put(LIST_HEAD - 8n, 4, LIST_HEAD - 8n).put(LIST_HEAD - 4n, 4, LIST_HEAD - 8n);
    expect(listCriticalSections(view, loaderLock)?.debugInfos).toEqual(debugs);
  });

  it('marks a section whose memory was used again', async () => {
    const { memory, view } = await process();
    memory.put(0x400050n, 4, 0x12345678);
    expect(readListedSection(view, 0x500100n).orphaned).toBe(true);
    expect(readCriticalSection(view, 0x400010n).orphaned).toBe(false);
  });

  it('ends where a link leaves the dump, goes round, or is nobody', async () => {
    const { memory, view } = await process();
    memory.put(0x500108n, 4, 0x66660000);
    expect(listCriticalSections(view, loaderLock)).toMatchObject({
      end: 'unreadable',
      stoppedAt: 0x66660000n,
    });
    memory.put(0x500108n, 4, 0x500008);
    expect(listCriticalSections(view, loaderLock)).toMatchObject({ end: 'cycle', stoppedAt: 0x500008n });
    expect(listCriticalSections(view, 0x12340000n)).toBeUndefined();
  });

  it('is not needed to find sections in a range', async () => {
    const { view } = await process();
    const found = [...findCriticalSections(view, { start: 0x400000n, end: 0x401000n })].flatMap(
      (s) => s.found,
    );
    expect(found).toEqual([0x400010n, 0x400050n]);
  });
});
