import { expect } from 'vitest';

/** What the processes said of themselves; those of ARM64 spell sizes in hexadecimal and name modules by file. */
export interface ScriptTruth {
  readonly pointer_size: 4 | 8;
  readonly pid: number;
  readonly peb: string;
  readonly command_line: string;
  readonly env: Readonly<Record<string, string>>;
  readonly modules: readonly { base: string; size: number | string; path?: string; name?: string }[];
  readonly threads: readonly {
    tid: number;
    name: string;
    teb: string;
    last_error: number;
    tls_slot: number;
    tls_value: string;
    frames_innermost_first: readonly { func: string; return_address: string }[];
  }[];
  readonly locks: { g_cs: string; owner_tid: number; recursion: number };
  readonly handles: Readonly<Record<string, string>>;
  readonly bits_values: Readonly<Record<string, number | string>>;
  readonly heaps: Readonly<Record<string, string>>;
  readonly needles: readonly { addr: string; wide: boolean }[];
  readonly vftables: Readonly<Record<string, string>>;
  readonly globals: readonly { name: string; address: string; size: number; value: string }[];
  readonly node_list: readonly { addr: string; value: number; name: string }[];
  readonly item_list: readonly { addr: string; link: string; id: number }[];
  readonly types: readonly {
    name: string;
    size: number;
    fields: readonly { name: string; offset: number }[];
  }[];
  readonly crt_first_block?: string;
  readonly exe_pFirstBlock?: string;
  readonly allocations: readonly { crt_header?: string; module: string; freed: boolean; request: number }[];
}

export interface PublishedScript {
  readonly what: string;
  readonly on: readonly string[];
  readonly script: string;
  /** the lines that it prints, or some of them where `among` says so */
  expected(truth: ScriptTruth): readonly string[];
  readonly among?: boolean;
}

const X86 = 'x86-static-O2-fpo/privrw';
const X86_MD = 'x86-dll-O0/privrw';
const X86_FULL = 'x86-static-O0/full';
const X64 = 'x64-static-O2/privrw';
const X64_NORMAL = 'x64-static-O0/normal';
const X64_MD = 'x64-dll-O0/full';
const ARM64 = 'arm64-O2/s01';
const EVERY = [X86, X64_MD, ARM64];
const LAB = [X86_MD, X64];

const hex = (value: string | number): string => BigInt(value).toString(16);
const flat = (t: ScriptTruth, value: string | number): string => hex(value).padStart(t.pointer_size * 2, '0');
const byBase = (t: ScriptTruth) => [...t.modules].sort((a, b) => (BigInt(a.base) < BigInt(b.base) ? -1 : 1));
const fileOf = ({ path, name }: { path?: string; name?: string }): string =>
  (path ?? name ?? '').split('\\').at(-1) ?? '';
const known = (t: ScriptTruth) => t.threads.filter((thread) => BigInt(thread.teb) !== 0n);
/** As dx shows a list: `[0x0]            : 0x1234`. */
const listed = (values: readonly string[]): string[] =>
  values.map((value, i) => `    ${`[0x${i.toString(16)}]`.padEnd(16)} : ${value}`);

/** Scripts and one-liners of the kinds that people publish, and what the process itself says they must print. */
export const PUBLISHED_SCRIPTS: readonly PublishedScript[] = [
  {
    what: 'where every module is',
    on: [...EVERY, X64_NORMAL],
    script: '.foreach (m {lm1m}) {.printf "%p\\n", ${m}}',
    expected: (t) => byBase(t).map((m) => flat(t, m.base)),
  },
  {
    what: 'the size of every image by its header',
    on: [...EVERY, X64_NORMAL],
    script: '.foreach (m {lm1m}) {.printf "%x\\n", dwo(${m}+dwo(${m}+3c)+50)}',
    expected: (t) => byBase(t).map((m) => hex(m.size)),
  },
  {
    what: 'process and thread ids',
    on: [...EVERY, X64_NORMAL],
    script: '~*e .printf "%x.%x\\n", @$tpid, @$tid',
    expected: (t) => t.threads.map((x) => `${hex(t.pid)}.${hex(x.tid)}`),
  },
  {
    what: 'TEBs that point to themselves',
    on: EVERY,
    script: '~*e .if (poi(@$teb+6*@$ptrsize) == @$teb) {.printf "%p\\n", @$teb}',
    among: true,
    expected: (t) => known(t).map((x) => flat(t, x.teb)),
  },
  {
    what: 'the PEB by way of every TEB',
    on: EVERY,
    script: '~*e .if (poi(@$teb+c*@$ptrsize) != @$peb) {.echo wrong}; .printf "%p\\n", @$peb',
    among: true,
    expected: (t) => [flat(t, t.peb)],
  },
  {
    what: 'the image base in the PEB',
    on: EVERY,
    script: '.printf "%p\\n", @@c++(@$peb->ImageBaseAddress)',
    expected: (t) => [flat(t, t.modules[0]?.base ?? 0)],
  },
  {
    what: 'the machine of the main image',
    on: EVERY,
    script: 'r $t0=poi(@$peb+2*@$ptrsize); .printf "%x\\n", wo(@$t0+dwo(@$t0+3c)+4)',
    expected: (t) => [
      t.pointer_size === 4 ? '14c' : t.modules.some((m) => m.name === 'armtest.exe') ? 'aa64' : '8664',
    ],
  },
  {
    what: 'the largest module, by a query',
    on: [...EVERY, X64_NORMAL],
    script: 'dx @$curprocess.Modules.OrderByDescending(m => m.Size).First().BaseAddress,x',
    expected: (t) => [
      `@$curprocess.Modules.OrderByDescending(m => m.Size).First().BaseAddress,x : ${t.modules.reduce((a, b) => (Number(a.size) >= Number(b.size) ? a : b)).base}`,
    ],
  },
  {
    what: 'the module that an address is in, by a query',
    on: EVERY,
    script:
      'dx @$curprocess.Modules.Where(m => @$ip >= m.BaseAddress && @$ip < m.BaseAddress + m.Size).Count()',
    expected: () => [
      '@$curprocess.Modules.Where(m => @$ip >= m.BaseAddress && @$ip < m.BaseAddress + m.Size).Count() : 0x1',
    ],
  },
  {
    what: 'the threads by name, by a query',
    on: [...EVERY, X64_NORMAL],
    script: 'dx @$curprocess.Threads.OrderByDescending(t => t.Id).Select(t => t.Name).First()',
    expected: (t) => [
      `@$curprocess.Threads.OrderByDescending(t => t.Id).Select(t => t.Name).First() : ${[...t.threads].sort((a, b) => b.tid - a.tid)[0]?.name}`,
    ],
  },
  {
    what: 'return addresses of the second thread, by a query',
    on: EVERY,
    script: 'dx @$curprocess.Threads.Skip(1).First().Stack.Frames.Select(f => f.Attributes.ReturnOffset)',
    among: true,
    expected: (t) => (t.threads[1]?.frames_innermost_first ?? []).slice(0, 3).map((f) => f.return_address),
  },
  {
    what: 'threads that are in a function, by a query',
    on: [X64_MD, X86],
    script:
      'dx @$curprocess.Threads.Where(t => t.Stack.Frames.Any(f => f.ToDisplayString().Contains("!Recurse "))).Select(t => t.Id)',
    expected: (t) => [
      expect.any(String),
      ...t.threads
        .filter((x) => x.frames_innermost_first.some((f) => f.func === 'Recurse'))
        .map((x) => `    ${`[0x${hex(x.tid)}]`.padEnd(16)} : 0x${hex(x.tid)}`),
    ],
  },
  {
    what: 'the environment, by a query',
    on: LAB,
    script:
      'dx @$env = (v) => @$curprocess.Attributes.Environment.Variables.Where(x => x.ToLower().StartsWith(v.ToLower() + "=")).First(); dx @$env("lab_var_a")',
    among: true,
    expected: (t) => [`@$env("lab_var_a") : LAB_VAR_A=${t.env.LAB_VAR_A}`],
  },
  {
    what: 'the command line as an alias',
    on: LAB,
    script: 'as /msu Line @@c++(&@$peb->ProcessParameters->CommandLine)\n.block {.echo ${Line}}\nad Line',
    expected: (t) => [t.command_line],
  },
  {
    what: 'the loader list of C++ pointers',
    on: LAB,
    script:
      'r? $t0=&@$peb->Ldr->InLoadOrderModuleList; .for (r? $t1=(ntdll!_LDR_DATA_TABLE_ENTRY*)@@c++(@$peb->Ldr->InLoadOrderModuleList.Flink); @@c++((void*)@$t1 != (void*)@$t0); r? $t1=(ntdll!_LDR_DATA_TABLE_ENTRY*)@@c++(@$t1->InLoadOrderLinks.Flink)) {.printf "%p %msu\\n", @@c++(@$t1->DllBase), @@c++(&@$t1->BaseDllName)}',
    expected: (t) => t.modules.map((m) => `${flat(t, m.base)} ${fileOf(m)}`),
  },
  {
    what: 'who owns a critical section',
    on: LAB,
    script:
      '.printf "%d %d\\n", @@c++(RuntimeTest!g_cs.OwningThread), @@c++(RuntimeTest!g_cs.RecursionCount)',
    expected: (t) => [`${t.locks.owner_tid} ${t.locks.recursion}`],
  },
  {
    what: 'the owner of a lock, as a thread',
    on: LAB,
    script: '~~[@@c++(RuntimeTest!g_cs.OwningThread)]e .printf "%x %p\\n", @$tid, @$teb',
    expected: (t) => {
      const owner = t.threads.find((x) => x.tid === t.locks.owner_tid);
      return [`${hex(t.locks.owner_tid)} ${flat(t, owner?.teb ?? 0)}`];
    },
  },
  {
    what: 'handles in variables',
    on: LAB,
    script: '.printf "%x %x\\n", poi(RuntimeTest!g_never), poi(RuntimeTest!g_mutex)',
    expected: (t) => [
      [t.handles.g_never, t.handles.g_mutex].map((h) => hex(h?.split(' ')[0] ?? 0)).join(' '),
    ],
  },
  {
    what: 'bit fields',
    on: LAB,
    script:
      '.printf "%d %d %d %d\\n", @@c++(g_outer.bits.lo), @@c++(g_outer.bits.mid), @@c++(g_outer.bits.sg), @@c++(g_outer.bits.hi)',
    expected: (t) => [`${t.bits_values.lo} ${t.bits_values.mid} ${t.bits_values.sg} ${t.bits_values.hi}`],
  },
  {
    what: 'the process heap',
    on: LAB,
    script: '.printf "%p\\n", @@c++(@$peb->ProcessHeap)',
    expected: (t) => [flat(t, t.heaps.process ?? 0)],
  },
  {
    what: 'texts of both widths',
    on: LAB,
    script: '.printf "%ma|%mu\\n", RuntimeTest!g_ansi, RuntimeTest!g_wide',
    expected: (t) => [
      ['g_ansi', 'g_wide'].map((name) => t.globals.find((g) => g.name === name)?.value).join('|'),
    ],
  },
  {
    what: 'a search whose hits are tokens',
    on: [X64_MD, X86_FULL],
    script: '.foreach (hit {s -[1]a 0 L?7fffffff nEeDlE-7f3aQ}) {.printf "%p\\n", ${hit}}',
    expected: (t) =>
      t.needles
        .filter((n) => !n.wide)
        .map((n) => flat(t, n.addr))
        .sort(),
  },
  {
    what: 'the same for wide text',
    on: [X64_MD, X86_FULL],
    script: '.foreach (hit {s -[1]u 0 L?7fffffff nEeDlE-7f3aQ}) {.printf "%p\\n", ${hit}}',
    expected: (t) => t.needles.filter((n) => n.wide).map((n) => flat(t, n.addr)),
  },
  {
    what: 'last errors that are not zero, counted',
    on: LAB,
    script: 'r $t0=0; ~*e .if (@@c++(@$teb->LastErrorValue) > 0n999) {r $t0=@$t0+1}\n.printf "%d\\n", @$t0',
    expected: (t) => [String(known(t).filter((x) => x.last_error > 999).length)],
  },
  {
    what: 'a TLS slot of every thread',
    on: LAB,
    script: '~*e .printf "%x\\n", @@c++(@$teb->TlsSlots[1])',
    among: true,
    expected: (t) =>
      known(t)
        .filter((x) => x.tls_slot === 1)
        .map((x) => hex(x.tls_value)),
  },
  {
    what: 'vtables by what objects begin with',
    on: LAB,
    script: '.printf "%p %p\\n", poi(poi(RuntimeTest!g_circle)), poi(poi(RuntimeTest!g_square))',
    expected: (t) => [`${flat(t, t.vftables.g_circle ?? 0)} ${flat(t, t.vftables.g_square ?? 0)}`],
  },
  {
    what: 'a list by !list, with the record of each link',
    on: LAB,
    script:
      '!list "-t nt!_LIST_ENTRY.Flink -x \\".printf \\\\\\"%d\\\\\\\\n\\\\\\", @@c++(#CONTAINING_RECORD(@$extret, RuntimeTest!ListItem, link)->id)\\" poi(RuntimeTest!g_items_head)"',
    among: true,
    expected: (t) => t.item_list.map((item) => String(item.id)),
  },
  {
    what: 'the same by a query',
    on: LAB,
    script:
      'dx Debugger.Utility.Collections.FromListEntry(g_items_head, "RuntimeTest!ListItem", "link").Select(i => i.id)',
    expected: (t) => [expect.any(String), ...listed(t.item_list.map((item) => `${item.id} [Type: int]`))],
  },
  {
    what: 'blocks of the CRT, from the newest on',
    on: LAB,
    script:
      'r $t0=0; .for (r $t1=poi(_pFirstBlock); @$t1 != 0; r $t1=poi(@$t1)) {r $t0=@$t0+1; .if (@$t0 <= 5) {.printf "%x\\n", @$t1}}',
    expected: (t) => {
      const first = t.exe_pFirstBlock ?? t.crt_first_block ?? '0x0';
      const ofOne = t.allocations.filter(
        (a) =>
          a.crt_header !== undefined &&
          !a.freed &&
          (t.crt_first_block !== undefined || a.module === 'RuntimeTest'),
      );
      const newest = [...ofOne].sort((a, b) => b.request - a.request);
      expect(newest[0]?.crt_header).toBe(first);
      return newest.slice(0, 5).map((a) => hex(a.crt_header ?? 0));
    },
  },
  {
    what: 'sizes and offsets of types in one line each',
    on: LAB,
    script:
      '.foreach /s (f "first color matrix self ratio") {.printf "%d ", @@c++(#FIELD_OFFSET(RuntimeTest!Outer, ${f}))}; .printf "%d\\n", @@c++(sizeof(RuntimeTest!Outer))',
    expected: (t) => {
      const outer = t.types.find((x) => x.name === 'Outer');
      const offset = (name: string) => outer?.fields.find((f) => f.name === name)?.offset;
      return [['first', 'color', 'matrix', 'self', 'ratio'].map(offset).join(' '), String(outer?.size)];
    },
  },
  {
    what: 'a list of nodes by name, while there are any',
    on: LAB,
    script:
      'r? $t1=RuntimeTest!g_list_head; .while (@@c++(@$t1 != 0)) {.printf "%ma=%d\\n", @@c++(&@$t1->name), @@c++(@$t1->value); r? $t1=@$t1->next}',
    expected: (t) => t.node_list.map((n) => `${n.name}=${n.value}`),
  },
  {
    what: 'nodes that a condition wants, by a query',
    on: LAB,
    script:
      'dx Debugger.Utility.Collections.CreateArray(g_list_head).Flatten(n => Debugger.Utility.Collections.CreateArray(n->next).Where(x => x != 0)).Where(n => n->value > 40).Select(n => n->value)',
    expected: (t) => [
      expect.any(String),
      ...t.node_list.flatMap((n, i) =>
        n.value > 40 ? [`    ${`[0x${i.toString(16)}]`.padEnd(16)} : ${n.value} [Type: int]`] : [],
      ),
    ],
  },
  {
    what: 'what every module begins with, in place of an alias',
    on: EVERY,
    script: '!for_each_module .printf "%p %x\\n", ${@#Base}, wo(${@#Base})',
    expected: (t) => t.modules.map((m) => `${flat(t, m.base)} 5a4d`),
  },
];
