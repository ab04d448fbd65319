import { describe, expect, it } from 'vitest';
import { Pace, type Command, type Session } from '../../../core/commands/index.ts';
import { processCommands } from '../../../core/commands/process/index.ts';
import { Output, plain } from '../../../core/output/index.ts';
import { createSymbolService } from '../../../core/symbols/index.ts';
import type { Target, Thread } from '../../../core/target/index.ts';
import { FakeMemory, fakeView } from '../../process/fakeView.ts';

type Dump = NonNullable<Target['dump']>;
type HandleRecord = Dump['handles'][number];

/** Runs a command on a session that has only what these commands ask for. */
async function run(name: string, args: string, session: Partial<Session>): Promise<string[]> {
  const command: Command | undefined = processCommands.find((c) => c.name === name);
  if (!command) throw new Error(`no command ${name}`);
  const lines: string[] = [];
  const out = new Output((l) => lines.push(plain(l)));
  const call = {
    session: session as Session,
    name,
    args,
    pace: new Pace(),
    execute: () => Promise.resolve({}),
  };
  await (await command.execute(call)).print(out);
  return lines;
}

const evaluator: Partial<Session['evaluator']> = { evaluate: (text) => BigInt(`0x${text}`) };

async function sectionSession(put: (memory: FakeMemory) => void, owner: number): Promise<Partial<Session>> {
  const memory = new FakeMemory().map(0x800000n, 0x200000);
  put(memory);
  const view = await fakeView('x86', memory);
  const thread: Partial<Thread> = { index: 2, id: owner };
  return {
    target: { ...view.target, threads: [thread as Thread] },
    symbols: createSymbolService(view.target.modules, { load: () => undefined }),
    layouts: () => view.layouts,
    machine: view.machine,
    evaluator: evaluator as Session['evaluator'],
  };
}

/** Windows 7 x86: DebugInfo, LockCount, RecursionCount, OwningThread, LockSemaphore, SpinCount. */
function putSection(m: FakeMemory, at: bigint, debug: bigint, fields: readonly number[]): void {
  m.put(at, 4, debug);
  fields.forEach((value, i) => m.put(at + BigInt(4 + 4 * i), 4, value));
  m.put(debug + 4n, 4, at);
}

// the debugger's own output, from public transcripts; symbols left out, as these sections have none
describe('critical sections as the debugger prints them', () => {
  it('!cs', async () => {
    // 17 threads wait and none is woken: bit 1 set, the rest the ones' complement of 17
    const fields = [~0x45, 1, 0xe24, 0x15b0, 0];
    const session = await sectionSession((m) => putSection(m, 0x8a2bd4n, 0x8b4700n, fields), 0xe24);
    expect(await run('!cs', '8a2bd4', session)).toEqual([
      '-----------------------------------------',
      'Critical section   = 0x008a2bd4 (+0x8A2BD4)',
      'DebugInfo          = 0x008b4700',
      'LOCKED',
      'LockCount          = 0x11',
      'WaiterWoken        = No',
      'OwningThread       = 0x00000e24',
      'RecursionCount     = 0x1',
      'LockSemaphore      = 0x15B0',
      'SpinCount          = 0x00000000',
    ]);
  });

  it('!critsec', async () => {
    const put = (m: FakeMemory): void => {
      putSection(m, 0x96742cn, 0x8b4700n, [~5, 1, 0x1e98, 0, 0]);
      m.put(0x8b4700n + 20n, 4, 1);
    };
    const session = await sectionSession(put, 0x1e98);
    expect(await run('!critsec', '96742c', session)).toEqual([
      '',
      'CritSec +96742c at 0096742c',
      'WaiterWoken        No',
      'LockCount          1',
      'RecursionCount     1',
      'OwningThread       1e98',
      'EntryCount         0',
      'ContentionCount    1',
      '*** Locked',
    ]);
  });

  it('!critsec of one that is free, and of one whose owner is gone', async () => {
    const free = await sectionSession((m) => putSection(m, 0x96742cn, 0x8b4700n, [-1, 0, 0, 0, 0]), 0x1e98);
    expect((await run('!critsec', '96742c', free)).slice(2)).toEqual([
      'LockCount          NOT LOCKED',
      'RecursionCount     0',
      'OwningThread       0',
      'EntryCount         0',
      'ContentionCount    0',
    ]);
    const gone = await sectionSession(
      (m) => putSection(m, 0x96742cn, 0x8b4700n, [-2, 1, 0x444, 0, 0]),
      0x1e98,
    );
    expect((await run('!critsec', '96742c', gone)).slice(-2)).toEqual([
      '*** Locked',
      '*** The owning thread is not in the dump',
    ]);
  });
});

describe('handles as the debugger prints them', () => {
  const record: HandleRecord = {
    recordRva: 0,
    handle: 0xb0n,
    typeName: 'Mutant',
    objectName: '\\Sessions\\1\\BaseNamedObjects\\NewMutex',
    attributes: 0,
    grantedAccess: 0x1f0001,
    handleCount: 2,
    pointerCount: 65538,
    objectInfo: [
      {
        type: 2,
        location: { rva: 0, size: 8 },
        detail: { kind: 'mutant', currentCount: 0, ownedByCaller: false, abandoned: false },
      },
      {
        type: 3,
        location: { rva: 0, size: 16 },
        detail: { kind: 'mutantOwner', processId: 0x2dd8n, threadId: 0x23a0n },
      },
    ],
  };

  async function handles(records: readonly HandleRecord[]): Promise<Partial<Session>> {
    const view = await fakeView('x64', new FakeMemory());
    const dump: Partial<Dump> = { handles: records };
    return { target: { ...view.target, dump: dump as Dump }, evaluator: evaluator as Session['evaluator'] };
  }

  it('a mutant with its owner', async () => {
    expect(await run('!handle', 'b0 f', await handles([record]))).toEqual([
      'Handle 00000000000000b0',
      '  Type          Mutant',
      '  Attributes    0',
      '  GrantedAccess 0x1f0001:',
      '         Delete,ReadControl,WriteDac,WriteOwner,Synch',
      '         QueryState',
      '  HandleCount   2',
      '  PointerCount  65538',
      '  Name          \\Sessions\\1\\BaseNamedObjects\\NewMutex',
      '  Object specific information',
      '    Mutex is Owned',
      '    Mutant Owner 2dd8.23a0',
    ]);
  });

  it('rights by type', async () => {
    // granted access and words of public transcripts
    const SEEN: [type: string, access: number, ...lines: string[]][] = [
      [
        'File',
        0x120196,
        'ReadControl,Synch',
        'Write/Add,Append/SubDir/CreatePipe,WriteEA,ReadAttr,WriteAttr',
      ],
      ['File', 0x100020, 'Synch', 'Execute/Traverse'],
      ['Key', 0x2, 'None', 'SetValue'],
      ['Section', 0xe, 'None', 'MapWrite,MapRead,MapExecute'],
      [
        'Thread',
        0x1fffff & ~0xfc00,
        'Delete,ReadControl,WriteDac,WriteOwner,Synch',
        'Terminate,Suspend,Alert,GetContext,SetContext,SetInfo,QueryInfo,SetToken,Impersonate,DirectImpersonate',
      ],
    ];
    for (const [typeName, grantedAccess, ...wanted] of SEEN) {
      const lines = await run('!handle', 'b0 2', await handles([{ ...record, typeName, grantedAccess }]));
      expect(
        lines.slice(3, 5).map((l) => l.trim()),
        typeName,
      ).toEqual(wanted);
    }
  });
});
