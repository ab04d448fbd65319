import { describe, expect, it } from 'vitest';
import { blameFrame } from '../../../core/analysis/crash/blame.ts';
import { bucketOf, type BucketInput } from '../../../core/analysis/crash/bucket.ts';
import { findDeadlocks } from '../../../core/analysis/crash/findWaits.ts';
import { isCanonical, judgeValue } from '../../../core/analysis/crash/judgeValue.ts';
import { findRecursion } from '../../../core/analysis/crash/recursion.ts';
import { fillPatternOf, skipReason, type Access, type ThreadWait } from '../../../core/analysis/index.ts';
import { MACHINES, type Thread } from '../../../core/target/index.ts';
import { frameCalled, framesCalled } from './frames.ts';

describe('fill patterns', () => {
  // shared/facts/constants.json: heap_fill, page_heap.fill_bytes, crt_debug.fill_bytes
  it.each([
    [0xfeeefeeen, 4, 'freed'],
    [0xddddddddn, 4, 'freed'],
    [0xf0f0f0f0n, 4, 'freed'],
    [0xbaadf00dn, 4, 'uninitialised'],
    [0xcdcdcdcdn, 4, 'uninitialised'],
    [0xccccccccn, 4, 'uninitialised'],
    [0xc0c0c0c0n, 4, 'uninitialised'],
    [0xababababn, 4, 'guard'],
    [0xfdfdfdfdn, 4, 'guard'],
    [0xfeeefeeefeeefeeen, 8, 'freed'],
    [0xf0f0f0f0f0f0f0f0n, 8, 'freed'],
    [0xbaadf00dbaadf00dn, 8, 'uninitialised'],
  ] as const)('%s', (value, size, meaning) => {
    expect(fillPatternOf(value, size)).toMatchObject({ pattern: { meaning }, displacement: 0n });
  });

  it('are known with the offset of a field', () => {
    expect(fillPatternOf(0xdddddde1n, 4)).toMatchObject({
      pattern: { value: 0xdddddddd },
      displacement: 4n,
    });
    expect(fillPatternOf(0xf0f0f0f0f0f0f0f8n, 8)?.displacement).toBe(8n);
  });

  it('are not seen where they are not', () => {
    expect(fillPatternOf(0xddedddddn, 4)).toBeUndefined();
    // half a pointer says nothing on a 64-bit machine
    expect(fillPatternOf(0xfeeefeeen, 8)).toBeUndefined();
    expect(fillPatternOf(0n, 4)).toBeUndefined();
  });
});

describe('values that are used as pointers', () => {
  it.each([
    [0n, 4, 'null'],
    [0x24n, 4, 'small'],
    [0xfeeefeeen, 4, 'pattern'],
    [0x41414141n, 4, 'text'],
    [0x0041004200430044n, 8, 'text'],
    [0x1234567800000000n, 8, 'non-canonical'],
    [0x00007ffc12345678n, 8, 'plain'],
    [0x00e3115an, 4, 'plain'],
  ] as const)('%s (%s bytes) is %s', (value, size, verdict) => {
    expect(judgeValue('eax', value, size).verdict).toBe(verdict);
  });

  it('canonical addresses have 48 bits, sign-extended', () => {
    expect(isCanonical(0x00007fffffffffffn)).toBe(true);
    expect(isCanonical(0x0000800000000000n)).toBe(false);
    expect(isCanonical(0xffff7fffffffffffn)).toBe(false);
    expect(isCanonical(0xffff800000000000n)).toBe(true);
  });
});

describe('the blamed frame', () => {
  it('is the innermost that neither system nor runtime account for', () => {
    // a public transcript: WinDbg blames AccessV!main
    const blame = blameFrame(
      framesCalled(
        'ntdll!RtlInitUnicodeStringEx+0x16',
        'KERNELBASE!BasepCreateProcessParameters+0x142',
        'KERNELBASE!CreateProcessInternalW+0xfda',
        'KERNELBASE!CreateProcessW+0x66',
        'kernel32!CreateProcessWStub+0x54',
        'AccessV!main+0xb2',
        'AccessV!__scrt_common_main_seh+0x10c',
      ),
    );
    expect(blame?.symbol).toBe('AccessV!main+b2');
    expect(blame?.skipped).toHaveLength(5);
  });

  it.each([
    'ucrtbase!abort+0x4e',
    'VCRUNTIME140D!_CxxThrowException+0xa9',
    'app!memcpy+0x10',
    'app!wcscpy_s+0x10',
    'app!_stricmp+0x1',
    'app!vsnprintf_s+0x1',
    'app!thread_start<unsigned int (__cdecl*)(void *),1>+0x5',
    'app!_free_dbg+0x30',
    'app!_heap_alloc_dbg_impl+0x1f6',
    'app!_nh_malloc_dbg+0x2c',
    'app!operator delete+0x9',
    'app!__chkstk+0x5',
    'app!_invalid_parameter_noinfo+0x1',
    'app!std::vector<int,std::allocator<int> >::operator[]+0x88',
    'app!__report_gsfailure+0x3',
    'app!ILT+20(_free)',
    'app!invoke_main+0x33',
  ])('is never %s', (label) => {
    expect(skipReason(frameCalled(label, 0))).toBeTypeOf('string');
  });

  it.each([
    'app!main+0x5',
    'app!freeze+0x5',
    'app!Memory::copy+0x1',
    'app!stringify',
    'app!Pool::free',
    'app!memory',
    'app!strange',
    'msctf!CThreadInputMgr::_SetFocus+0x10',
  ])('may be %s', (label) => {
    expect(skipReason(frameCalled(label, 0))).toBeUndefined();
  });

  it.each([
    ['f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\newopnt.cpp', 'C or C++ runtime, by its source file'],
    ['minkernel\\crts\\ucrt\\src\\appcrt\\stdio\\fopen.cpp', 'C or C++ runtime, by its source file'],
    ['c:\\projects\\vctools\\crtools\\main.cpp', undefined],
  ])('goes by the source of a runtime that was linked in: %s', (file, why) => {
    expect(skipReason({ ...frameCalled('app!helper', 0), source: { file, line: 18 } })).toBe(why);
  });

  it('does not believe the names of export tables', () => {
    const blame = blameFrame(framesCalled('libcef!!free+0x123456'));
    expect(blame?.symbol).toMatch(/^libcef\+[0-9a-f]+$/);
  });

  it('is the first frame where all are passed over, and none where no module holds any', () => {
    const all = blameFrame(
      framesCalled('ntdll!NtWaitForSingleObject+0x14', 'kernel32!BaseThreadInitThunk+0x14'),
    );
    expect(all).toMatchObject({ symbol: 'ntdll!NtWaitForSingleObject+14', isFallback: true });
    expect(blameFrame(framesCalled('0x41414141'))).toBeUndefined();
  });

  it('of a recursion is of the cycle', () => {
    const frames = framesCalled('app!helper+0x1', ...Array<string>(40).fill('app!recurse+0x20'));
    expect(blameFrame(frames, findRecursion(frames))?.symbol).toBe('app!recurse+20');
  });
});

describe('recursion', () => {
  it('is found with its cycle, whatever runs at its end', () => {
    const round = ['app!a+0x1', 'app!b+0x2', 'app!c+0x3'];
    const labels = ['ntdll!alloc+0x5', ...Array.from({ length: 30 }, () => round).flat(), 'app!main+0x9'];
    const found = findRecursion(framesCalled(...labels));
    expect(found?.cycle.map((f) => f.function)).toEqual(['a', 'b', 'c']);
    expect(found).toMatchObject({ firstFrame: 1, repeats: 30, bytesPerRound: 0x60n });
  });

  it('is no stack that is merely deep', () => {
    const labels = Array.from({ length: 300 }, (_, k) => `app!f${k}+0x1`);
    expect(findRecursion(framesCalled(...labels))).toBeUndefined();
    expect(findRecursion(framesCalled(...Array<string>(5).fill('app!a+0x1'), 'app!main'))).toBeUndefined();
    expect(findRecursion([])).toBeUndefined();
  });
});

describe('buckets', () => {
  const blame = blameFrame(framesCalled('app!main+0x5'));
  const base: BucketInput = { blame, isStackOverflow: false, isHang: false, hasDeadlock: false };
  const exception = (code: number, ...parameters: bigint[]): BucketInput['exception'] => ({
    source: 'exception stream',
    machine: MACHINES.x64,
    threadId: 1,
    record: { code, flags: 0, record: 0n, address: 0n, parameters },
  });
  const access = (
    kind: Access['kind'],
    address: bigint,
    place: Access['place']['kind'] = 'unknown',
  ): Access => ({
    kind,
    reported: address,
    address,
    place: { address, kind: place, text: '' },
    evidence: '',
  });

  // names that WinDbg gave in public transcripts
  it.each([
    ['NULL_POINTER_READ_c0000005_app.dll!main', exception(0xc0000005), access('read', 0n)],
    ['NULL_CLASS_PTR_WRITE_c0000005_app.dll!main', exception(0xc0000005), access('write', 0xf9cn)],
    ['INVALID_POINTER_READ_c0000005_app.dll!main', exception(0xc0000005), access('read', 0x5db157c7b535n)],
    ['SOFTWARE_NX_FAULT_c0000005_app.dll!main', exception(0xc0000005), access('execute', 0x20000n, 'heap')],
    ['INVALID_POINTER_EXECUTE_c0000005_app.dll!main', exception(0xc0000005), access('execute', 0x20000n)],
    [
      'SOFTWARE_NX_FAULT_INVALID_POINTER_EXECUTE_c0000005_app.dll!main',
      exception(0xc0000005),
      access('execute', 0x7ff0n << 20n, 'unloaded module'),
    ],
    ['INTEGER_DIVIDE_BY_ZERO_c0000094_app.dll!main', exception(0xc0000094), undefined],
    ['BREAKPOINT_80000003_app.dll!main', exception(0x80000003), undefined],
    ['FAIL_FAST_FATAL_APP_EXIT_c0000409_app.dll!main', exception(0xc0000409, 7n), undefined],
    [
      'FAIL_FAST_STACK_BUFFER_OVERRUN_STACK_COOKIE_CHECK_FAILURE_c0000409_app.dll!main',
      exception(0xc0000409, 2n),
      undefined,
    ],
    ['FAIL_FAST_EXCEPTION_c0000602_app.dll!main', exception(0xc0000602), undefined],
    ['HEAP_CORRUPTION_c0000374_app.dll!main', exception(0xc0000374), undefined],
    ['APPLICATION_FAULT_517a7ed_app.dll!main', exception(0x517a7ed), undefined],
  ] as const)('%s', (id, of, what) => {
    expect(bucketOf({ ...base, exception: of, access: what }).id).toBe(id);
  });

  it.each([
    ['heap_failure_block_not_busy', 'HEAP_CORRUPTION_ACTIONABLE_BlockNotBusy_DOUBLE_FREE'],
    ['heap_failure_listentry_corruption', 'HEAP_CORRUPTION_ACTIONABLE_ListentryCorruption'],
    ['heap_failure_invalid_argument', 'HEAP_CORRUPTION_ACTIONABLE_InvalidArgument'],
  ])('name the damage of heaps: %s', (typeName, problemClass) => {
    const heapFailure = { typeName, heap: 1n, address: 2n, record: 3n, stack: [] };
    expect(bucketOf({ ...base, exception: exception(0xc0000374), heapFailure }).problemClass).toBe(
      problemClass,
    );
  });

  it('say STACK_OVERFLOW whatever the code, and hang where there is no exception', () => {
    const overflow = { ...base, exception: exception(0xc00000fd), isStackOverflow: true };
    expect(bucketOf(overflow).id).toBe('STACK_OVERFLOW_c00000fd_app.dll!main');
    expect(bucketOf(base).id).toBe('APPLICATION_HANG_cfffffff_app.dll!main');
    expect(bucketOf({ ...base, hasDeadlock: true }).problemClass).toBe('APPLICATION_HANG_DEADLOCK');
  });

  it('have no function where only exports or nothing name it', () => {
    const unknown = blameFrame(framesCalled('TextEditor+0x3f67'));
    const of = { ...base, exception: exception(0xc0000005), access: access('read', 0x12345678n) };
    expect(bucketOf({ ...of, blame: unknown }).id).toBe(
      'INVALID_POINTER_READ_c0000005_TextEditor.dll!Unknown',
    );
    expect(bucketOf({ ...of, blame: undefined }).id).toBe(
      'INVALID_POINTER_READ_c0000005_unknown!unknown_error_in_process',
    );
  });
});

describe('deadlocks', () => {
  const thread = (index: number): Thread => ({
    index,
    id: index + 0x100,
    teb: 0n,
    context: () => undefined,
    tebFor: () => undefined,
  });
  const [a, b, c, d] = [0, 1, 2, 3].map(thread);
  const wait = (of: Thread | undefined, owner?: Thread): ThreadWait => ({
    thread: of ?? thread(9),
    function: 'NtWaitForAlertByThreadId',
    reason: 'critical section',
    idle: false,
    section: 1n,
    owner,
    evidence: '',
  });

  it('are circles of threads that wait for each other, each once', () => {
    const found = findDeadlocks([wait(a, b), wait(b, c), wait(c, b), wait(d, a)]);
    expect(found.map((f) => f.waits.map((w) => w.thread.index))).toEqual([[1, 2]]);
  });

  it('are none where a chain ends', () => {
    expect(findDeadlocks([wait(a, b), wait(b, c), wait(d)])).toEqual([]);
    expect(findDeadlocks([])).toEqual([]);
  });

  it('of two circles are both found', () => {
    expect(findDeadlocks([wait(a, b), wait(b, a), wait(c, d), wait(d, c)])).toHaveLength(2);
  });
});
