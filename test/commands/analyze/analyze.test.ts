import { beforeAll, describe, expect, it } from 'vitest';
import { nodeHost } from '../../../core/node/index.ts';
import type { Engine } from '../../../core/engine/index.ts';
import { corpusList, hasCorpus, shared, sharedJson } from '../../corpus.ts';
import { labFolder } from '../../openCorpus.ts';
import { openLab } from '../openLab.ts';
import { openEngine, runLine } from '../runLine.ts';

/** The JSON of !analyze, as far as tests ask. */
interface Triage {
  readonly exception?: {
    readonly code: string;
    readonly address: string;
    readonly threadId: string;
    readonly parameters: readonly string[];
    readonly source: string;
    readonly record?: string;
    readonly context?: string;
  };
  readonly address?: string;
  readonly module?: string;
  readonly offset?: string;
  readonly access?: { readonly kind: string; readonly address: string; readonly place: string };
  readonly signature: string;
  readonly blamed?: { readonly symbol: string; readonly source?: { readonly file: string } };
  readonly suspects: readonly {
    readonly kind: string;
    readonly certainty: string;
    readonly statement: string;
    readonly evidence: readonly string[];
  }[];
  readonly stack: readonly { readonly instruction: string; readonly module?: string }[];
  readonly waits?: readonly {
    readonly id: string;
    readonly reason: string;
    readonly section?: string;
    readonly owner?: string;
  }[];
}

const PUBLIC = 'public/dumps';

function openPublic(name: string): Promise<Engine> {
  return openEngine(
    `${PUBLIC}/${name}`,
    nodeHost({ dump: '', symbolPath: shared('corpus/public/symbols'), imagePath: '' }),
  );
}

function openLabCase(name: string, dump: string): Promise<Engine> {
  const folder = labFolder(name);
  return openEngine(
    `lab/${name}/${dump}.dmp.gz`,
    nodeHost({ dump: '', symbolPath: folder, imagePath: folder }),
  );
}

async function triage(engine: Engine, line = '!analyze'): Promise<Triage> {
  const { data, errors } = await runLine(engine, line);
  expect(errors).toEqual([]);
  return JSON.parse(JSON.stringify(data)) as Triage;
}

/** The one public dump whose name has `part`. */
function publicName(part: string): string {
  const found = corpusList(PUBLIC).filter((n) => n.includes(part));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

describe.skipIf(!hasCorpus)('!analyze on all public dumps', () => {
  it('agrees with what others read of the exception', async () => {
    const truth =
      sharedJson<Record<string, { exc?: string; excaddr?: string; exctid?: number }>>(
        'corpus/public/dumps.json',
      );
    let compared = 0;
    for (const file of corpusList(PUBLIC)) {
      const { exc, excaddr, exctid } = truth[file] ?? truth[file.replace(/\.gz$/, '')] ?? {};
      const found = await triage(await openPublic(file));
      expect(found.signature, file).toMatch(/^[A-Z_]+_[0-9a-f]+_\S+![^+]+$/);
      expect(found.stack.length, file).toBeGreaterThan(0);
      if (exc === undefined || excaddr === undefined) continue;
      expect(BigInt(found.exception?.code ?? 0), file).toBe(BigInt(`0x${exc}`));
      expect(BigInt(found.exception?.address ?? 0), file).toBe(BigInt(excaddr));
      expect(Number(found.exception?.threadId), file).toBe(exctid);
      compared++;
    }
    expect(compared).toBeGreaterThan(40);
  });
});

interface Named {
  readonly dump: string;
  readonly signature: string;
  readonly suspect: string;
  /** what the statement or its evidence must name */
  readonly says: RegExp;
}

/** What is known of these dumps by what made them: their names say it. */
const NAMED: readonly Named[] = [
  {
    dump: 'google_exec-av-on-stack',
    signature: 'SOFTWARE_NX_FAULT_c0000005_crashme1.exe!Unknown',
    suspect: 'execution of data',
    says: /stack/,
  },
  {
    dump: 'google_write-av-non-canonical',
    signature: 'INVALID_POINTER_WRITE_FILL_PATTERN_fefefefe_c0000005_crash.exe!Unknown',
    suspect: 'non-canonical address',
    says: /0xfefefefefefefefe/,
  },
  {
    dump: 'google_tiny-exe-fastfail',
    signature: 'FAIL_FAST_FATAL_APP_EXIT_c0000409_tiny.exe!Unknown',
    suspect: 'fail fast',
    says: /0x7 \(FAST_FAIL_FATAL_APP_EXIT\)/,
  },
  {
    dump: 'google_null-read-av',
    signature: 'NULL_POINTER_READ_c0000005_crashme.exe!Unknown',
    suspect: 'null dereference',
    says: /read of 0x0/,
  },
  {
    dump: 'google_null-write-av',
    signature: 'NULL_POINTER_WRITE_c0000005_crashme.exe!Unknown',
    suspect: 'null dereference',
    says: /write of 0x0/,
  },
  {
    dump: 'google_ascii-read-av-crashme',
    signature: 'INVALID_POINTER_READ_c0000005_crashme.exe!Unknown',
    suspect: 'overwritten pointer',
    says: /"AAAA"/,
  },
  {
    dump: 'google_ascii-write-av-crashme',
    signature: 'INVALID_POINTER_WRITE_c0000005_crashme.exe!Unknown',
    suspect: 'overwritten pointer',
    says: /"AAAA"/,
  },
  {
    dump: 'google_minidump1-firefox',
    signature: 'INVALID_POINTER_READ_FILL_PATTERN_dddddddd_c0000005_gklayout.dll!Unknown',
    suspect: 'use of freed memory',
    says: /dddddddd/,
  },
  {
    dump: 'jloutsch_invalid-parameter',
    signature: 'APPLICATION_FAULT_c000000d_CrashTest.exe!Unknown',
    suspect: 'invalid parameter',
    // as MDRawAssertionInfo of the dump has it: printf was given no format
    says: /`format != nullptr`[^]*common_vfprintf[^]*output\.cpp, line 32/,
  },
  {
    dump: 'getsentry_myproject',
    signature: 'APPLICATION_FAULT_1_MyProject.exe!Unknown',
    suspect: 'raised exception',
    says: /KERNELBASE, where RaiseException lies/,
  },
  {
    dump: 'llvm_sigsegv',
    signature: 'NULL_POINTER_WRITE_c0000005_sigsegv.exe!crash',
    suspect: 'null dereference',
    says: /write of 0x0/,
  },
  {
    dump: 'kindtis',
    signature: 'BREAKPOINT_80000003_CppConsoleApplication.exe!Inventory::GetItem',
    suspect: 'library check',
    says: /operator\[\]/,
  },
];

describe.skipIf(!hasCorpus)('!analyze on dumps that were made to show one thing', () => {
  it.each(NAMED)('$dump', async ({ dump, signature, suspect, says }) => {
    const found = await triage(await openPublic(publicName(dump)));
    expect(found.signature).toBe(signature);
    const one = found.suspects.find((s) => s.kind === suspect);
    expect(one, found.suspects.map((s) => s.kind).join()).toBeDefined();
    expect([one?.statement, ...(one?.evidence ?? [])].join('\n')).toMatch(says);
  });

  it('names the cycle of a stack overflow, and who recurses', async () => {
    const found = await triage(await openPublic(publicName('google_stack-exhaustion')));
    expect(found.signature).toBe('STACK_OVERFLOW_c00000fd_crashme.exe!Unknown');
    expect(found.blamed?.symbol).toBe('crashme+a6a7');
    const overflow = found.suspects[0];
    expect(overflow?.kind).toBe('stack overflow');
    expect(overflow?.certainty).toBe('certain');
    expect(overflow?.evidence.join('\n')).toMatch(/crashme\+0xa6a7 .*repeats \d{3} times, 0x10e8 bytes/);
  });

  it('finds the fault of fizzbuzz-wow64, which has no exception stream, on a stack', async () => {
    const engine = await openPublic(publicName('llvm_fizzbuzz-wow64'));
    const found = await triage(engine);
    expect(found.exception).toMatchObject({
      code: '0xc0000005',
      address: '0xe3115a',
      source: 'pointers on a stack',
      record: '0x37f904',
      context: '0x37f954',
    });
    expect(found.blamed?.symbol).toBe('fizzbuzz+115a');
    expect(found.signature).toBe('NULL_POINTER_READ_c0000005_fizzbuzz.exe!Unknown');
    // the instruction at the address, by the bytes of the image in the dump
    const { lines } = await runLine(engine, '!analyze -v');
    const text = lines.join('\n');
    expect(text).toContain('CONTEXT:  0037f954 -- (.cxr 0x37f954)');
    expect(text).toContain('EXCEPTION_RECORD:  0037f904 -- (.exr 0x37f904)');
  });
});

/** What the lab's exception.json.gz holds: the record as the exception filter of the crashing program saw it. */
interface LabException {
  readonly code: string;
  readonly address: string;
  readonly params: readonly string[];
  readonly pc: string;
  readonly tid: number;
}

const LAB_CRASHES = [
  ['x64-crash-av-read-0x24', 'privrw', 'NULL_CLASS_PTR_READ_c0000005_RuntimeDll.dll!DllWidget::Poke'],
  ['x64-crash-div0', 'privrw', 'INTEGER_DIVIDE_BY_ZERO_c0000094_RuntimeDll.dll!DllWidget::Poke'],
  ['x86-crash-av-write-null', 'privrw', 'NULL_POINTER_WRITE_c0000005_RuntimeDll.dll!DllWidget::Poke'],
  ['x86-crash-crossfree', 'privrw', 'BREAKPOINT_80000003_RuntimeTest.exe!RunScenario'],
  ['x86-crash-raise-e0001234', 'wine-normal', 'APPLICATION_FAULT_e0001234_RuntimeDll.dll!DllWidget::Poke'],
] as const;

describe.skipIf(!hasCorpus)('!analyze on the lab crashes', () => {
  it.each(LAB_CRASHES)('%s', async (name, dump, signature) => {
    const truth = sharedJson<LabException>(`corpus/lab/${name}/exception.json.gz`);
    const found = await triage(await openLabCase(name, dump));
    expect(found.exception).toMatchObject({
      code: truth.code,
      address: truth.address,
      threadId: `0x${truth.tid.toString(16)}`,
      parameters: truth.params,
      source: 'exception stream',
    });
    expect(found.stack[0]?.instruction).toBe(truth.pc);
    expect(found.signature).toBe(signature);
    if (truth.code === '0xc0000005') {
      expect(found.access).toMatchObject({
        kind: truth.params[0] === '0x0' ? 'read' : 'write',
        address: truth.params[1],
        place: 'null page',
      });
    }
    if (signature.endsWith('Poke')) expect(found.blamed?.source?.file).toMatch(/RuntimeDll\.cpp$/i);
  });

  it('says which register divided by zero', async () => {
    const { suspects } = await triage(await openLabCase('x64-crash-div0', 'wine-normal'));
    expect(suspects).toEqual([
      {
        kind: 'divide by zero',
        certainty: 'certain',
        statement: 'A number was divided by zero',
        evidence: ['exception code 0xc0000094', 'the divisor ecx is 0'],
      },
    ]);
  });

  it('says whose block was freed by whom', async () => {
    const { suspects } = await triage(await openLabCase('x86-crash-crossfree', 'privrw'));
    expect(suspects[0]).toMatchObject({ kind: 'cross-module free', certainty: 'certain' });
    expect(suspects[0]?.statement).toMatch(/RuntimeDll allocated it through .*RuntimeTest frees it through/);
    expect(suspects.map((s) => s.kind)).not.toContain('allocator check');
  });

  it('reads ARM64 faults', async () => {
    const found = await triage(await openLabCase('arm64-crash-av-write-null', 's01'));
    expect(found.signature).toBe('NULL_POINTER_WRITE_c0000005_armtest.exe!Poke');
    expect(found.access).toMatchObject({ kind: 'write', address: '0x0' });
    expect(found.suspects[0]?.evidence).toContain("register x8 of the instruction's operand is null");
  });
});

interface LabLocks {
  readonly locks: { readonly g_cs: string; readonly owner_tid: number; readonly mutex_handle: string };
  readonly threads: readonly { readonly tid: number; readonly name: string }[];
}

describe.skipIf(!hasCorpus)('!analyze where nothing crashed', () => {
  it.each([['x86-static-O0'], ['x64-static-O0']])('says what the threads of %s wait for', async (name) => {
    const truth = sharedJson<LabLocks>(`corpus/lab/${name}/truth.json.gz`);
    const found = await triage(await openLab(name));
    expect(found.exception).toBeUndefined();
    expect(found.signature).toMatch(/^APPLICATION_HANG_/);
    const tid = (thread: string): string =>
      `0x${(truth.threads.find((t) => t.name === thread)?.tid ?? 0).toString(16)}`;
    const waits = new Map(found.waits?.map((w) => [w.id, w]));
    expect(waits.get(tid('lockwaiter'))).toMatchObject({
      section: truth.locks.g_cs,
      owner: `0x${truth.locks.owner_tid.toString(16)}`,
    });
    // on x86 the handle is an argument on the stack; 64-bit code has it in a register, which is gone
    const handle = `handle ${truth.locks.mutex_handle.replace('0x', '')}, Mutant`;
    expect(waits.get(tid('mutexwaiter'))?.reason).toContain(name.startsWith('x86') ? handle : 'objects');
    expect(waits.get(tid('suspended'))?.reason).toBe('its resumption');
    expect(waits.has(tid('spinner'))).toBe(false);
  });
});

interface HeapTruth {
  readonly failure: { readonly type: number; readonly heap: number; readonly address: number };
}

/** HEAP_FAILURE_TYPE, as the symbols of ntdll have it. */
const FAILURES: Readonly<Record<number, string>> = {
  6: 'heap_failure_buffer_overrun',
  8: 'heap_failure_block_not_busy',
  17: 'heap_failure_segment_lfh_double_free',
};

describe.skipIf(!hasCorpus)('!analyze where the heap manager stopped', () => {
  it.each([['failure-overrun'], ['failure-doublefree'], ['failure-segment-doublefree']])(
    '%s',
    async (name) => {
      const { failure } = sharedJson<HeapTruth>(`corpus/nt-heap/19041-x64/${name}.truth.json.gz`);
      const engine = await openEngine(`nt-heap/19041-x64/${name}.dmp.gz`);
      const { exception, signature, suspects } = await triage(engine);
      expect(exception?.code).toBe('0xc0000374');
      expect(signature).toMatch(/^HEAP_CORRUPTION_/);
      expect(suspects[0]).toMatchObject({ kind: 'heap corruption', certainty: 'certain' });
      const evidence = suspects[0]?.evidence.join('\n') ?? '';
      expect(evidence).toContain(FAILURES[failure.type]);
      expect(evidence).toContain(`heap 0x${failure.heap.toString(16)}`);
      expect(evidence).toContain(`block 0x${failure.address.toString(16)}`);
    },
  );
});

/** The sections in the order of samples.md section 10 and of current engines; ours (SUSPECTS, …) are left out. */
const SECTIONS = [
  'KEY_VALUES_STRING',
  'FILE_IN_CAB',
  'NTGLOBALFLAG',
  'CONTEXT',
  'EXCEPTION_RECORD',
  'PROCESS_NAME',
  'WRITE_ADDRESS',
  'ERROR_CODE',
  'EXCEPTION_CODE_STR',
  'EXCEPTION_PARAMETER1',
  'EXCEPTION_PARAMETER2',
  'STACK_TEXT',
  'FAULTING_SOURCE_LINE',
  'FAULTING_SOURCE_FILE',
  'FAULTING_SOURCE_LINE_NUMBER',
  'SYMBOL_NAME',
  'MODULE_NAME',
  'IMAGE_NAME',
  'STACK_COMMAND',
  'FAILURE_BUCKET_ID',
  'OS_VERSION',
  'BUILDLAB_STR',
  'OSPLATFORM_TYPE',
  'OSNAME',
  'Followup',
];

describe.skipIf(!hasCorpus)('the text of !analyze', () => {
  let engine: Engine;
  let text: readonly string[];
  beforeAll(async () => {
    engine = await openLabCase('x86-crash-av-write-null', 'privrw');
    text = (await runLine(engine, '!analyze -v')).lines;
  });

  it('has the sections of WinDbg in its order', () => {
    const found = text.flatMap((l) => /^([A-Za-z_0-9]+):/.exec(l)?.[1] ?? []);
    const ours = found.filter((s) => SECTIONS.includes(s));
    expect(ours).toEqual(SECTIONS.filter((s) => found.includes(s)));
    // what not every dump has: a lab of build names and lines
    const optional = ['BUILDLAB_STR', 'FAULTING_SOURCE_LINE'];
    expect(SECTIONS.filter((s) => !found.includes(s) && !optional.includes(s))).toEqual([]);
  });

  it('begins and ends as WinDbg', () => {
    expect(text.slice(1, 4)).toEqual([
      '*                                                                             *',
      '*                        Exception Analysis                                   *',
      '*                                                                             *',
    ]);
    expect(text).toContain('    Key  : AV.Dereference');
    expect(text).toContain('    Value: NullPtr');
    expect(text.slice(-3)).toEqual(['Followup:     MachineOwner', '---------', '']);
  });

  it('prints record and stack as .exr and kb do', async () => {
    const record = (await runLine(engine, '.exr -1')).lines;
    const at = text.indexOf(record[0] ?? '?');
    expect(text[at - 1]).toBe('EXCEPTION_RECORD:  (.exr -1)');
    expect(text.slice(at, at + record.length)).toEqual(record);
    const stack = (await runLine(engine, '.ecxr;kb')).lines;
    const top = stack.findIndex((l) => l.includes('ChildEBP'));
    const first = text.findIndex((l) => l.startsWith('STACK_TEXT:'));
    expect(text[first + 1]?.trim()).toBe(stack[top + 1]?.trim());
    expect(text[first + 2]?.trim()).toBe(stack[top + 2]?.trim());
  });

  it('gives every suspect its evidence', async () => {
    const { suspects } = await triage(engine);
    expect(suspects.length).toBeGreaterThan(0);
    for (const s of suspects) expect(s.evidence.length, s.kind).toBeGreaterThan(0);
  });

  it.each([
    ['getsentry_mini-crash', 'rs1_release_inmarket'],
    ['google_notepad-64bit', 'win7sp1_gdr'],
    ['bugsplat', 'rs5_release'],
  ])('names the branch that the Windows of %s was built from', async (dump, branch) => {
    const { lines } = await runLine(await openPublic(publicName(dump)), '!analyze -v');
    expect(lines).toContain(`BUILDLAB_STR:  ${branch}`);
  });

  it('says where the stack cannot be trusted, and that the blamed frame stands there', async () => {
    const { lines } = await runLine(await openPublic(publicName('getsentry_myproject')), '!analyze -v');
    const stack = lines.findIndex((l) => l.startsWith('STACK_TEXT:'));
    expect(lines.slice(stack, stack + 4)).toContain(
      'WARNING: Stack unwind information not available. Following frames may be wrong.',
    );
    const blamed = lines.findIndex((l) => l.startsWith('BLAMED_FRAME:'));
    expect(lines[blamed + 1]).toMatch(/^ {4}found among the words of the stack/);
    // the instruction behind the call of RaiseException did nothing: its operand is nobody's clue
    expect(lines.join('\n')).not.toContain('the operand of');
  });

  it('says what a code means', async () => {
    const { lines } = await runLine(engine, '!analyze -show c0000005');
    expect(lines.join('\n')).toMatch(/c0000005.*referenced memory/);
  });

  it('refuses what it does not know', async () => {
    expect((await runLine(engine, '!analyze -zebra')).errors).toHaveLength(1);
  });
});

describe.skipIf(!hasCorpus)('!analyze leaves the session as it is', () => {
  it.each(['', ' -v', ' -hang'])('!analyze%s', async (options) => {
    const engine = await openLabCase('x86-crash-av-write-null', 'privrw');
    await runLine(engine, '~1s;.frame 2;db @$csp l10;u @$ip l2;s -a @$csp l10 zz');
    const state = 'r;.frame;? @$ip;? @$ra;? @$exp;? @$t0;.effmach;~.;|;.lastevent;k 3';
    const before = await runLine(engine, state);
    expect(before.errors).toEqual([]);
    const first = await runLine(engine, `!analyze${options}`);
    const after = await runLine(engine, state);
    expect(after.lines).toEqual(before.lines);
    expect(engine.prompt()).toMatch(/^0:001/);
    // the next rows of u and db go on where they were
    const rows = await runLine(engine, 'u l1;db l10');
    const fresh = await openLabCase('x86-crash-av-write-null', 'privrw');
    await runLine(fresh, '~1s;.frame 2;db @$csp l10;u @$ip l2;s -a @$csp l10 zz');
    expect(rows.lines).toEqual((await runLine(fresh, 'u l1;db l10')).lines);
    expect((await runLine(engine, `!analyze${options}`)).lines).toEqual(first.lines);
  });
});
