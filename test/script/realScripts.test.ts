import { describe, expect, it } from 'vitest';
import { hasCorpus, sharedJson } from '../corpus.ts';
import { openLab } from '../commands/openLab.ts';
import { runLine } from '../commands/runLine.ts';

interface Truth {
  readonly peb: string;
  readonly main_teb: string;
  readonly pid: number;
  readonly modules: readonly { base: string; size: number; path: string }[];
  readonly threads: readonly { tid: number; teb: string; name: string; last_error: number }[];
  readonly node_list: readonly { addr: string; value: number; name: string }[];
  readonly item_list: readonly { addr: string; link: string; id: number }[];
  readonly types: readonly {
    name: string;
    size: number;
    fields: readonly { name: string; offset: number }[];
  }[];
  readonly globals: readonly { name: string; address: string; size: number }[];
  readonly crtheap_vars: Readonly<Record<string, string>>;
  readonly heaps: Readonly<Record<string, string>>;
  readonly vftables: Readonly<Record<string, string>>;
}

const hex = (text: string): string => BigInt(text).toString(16);
const pad = (text: string): string => hex(text).padStart(8, '0');
const base = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);

/** Scripts and one-liners of the kinds that people publish, and what the process itself says they must print. */
const SCRIPTS: readonly (readonly [what: string, script: string, expected: (t: Truth) => string[]])[] = [
  [
    'every module, by name of its own',
    '.foreach (m {lm1m}) {.printf "%p\\n", ${m}}',
    (t) => [...t.modules].sort((a, b) => (BigInt(a.base) < BigInt(b.base) ? -1 : 1)).map((m) => pad(m.base)),
  ],
  ['the TEB of a thread', '~0e .printf "%p\\n", @$teb', (t) => [pad(t.main_teb)]],
  [
    'the ids of every thread',
    '~*e .printf "%x.%x\\n", @$tpid, @$tid',
    (t) => t.threads.map((x) => `${t.pid.toString(16)}.${x.tid.toString(16)}`),
  ],
  [
    'the last error of every thread',
    '~*e .printf "%d\\n", dwo(@$teb+34)',
    (t) => t.threads.map((x) => String(x.last_error)),
  ],
  [
    'threads that have an error',
    '~*e .if (dwo(@$teb+34) != 0) {.printf "%x\\n", @$tid}',
    (t) => t.threads.filter((x) => x.last_error !== 0).map((x) => x.tid.toString(16)),
  ],
  [
    'count the threads',
    'r $t0=0; ~*e r $t0=@$t0+1\n.printf "%d\\n", @$t0',
    (t) => [String(t.threads.length)],
  ],
  [
    'walk a list of nodes in MASM',
    '.for (r $t1=poi(RuntimeTest!g_list_head); @$t1 != 0; r $t1=@@c++(((RuntimeTest!Node*)@$t1)->next)) {.printf "%x\\n", @$t1}',
    (t) => t.node_list.map((n) => hex(n.addr)),
  ],
  [
    'walk it with a type',
    '.for (r? $t1=RuntimeTest!g_list_head; @@c++(@$t1 != 0); r? $t1=@$t1->next) {.printf "%d\\n", @@c++(@$t1->value)}',
    (t) => t.node_list.map((n) => String(n.value)),
  ],
  [
    'stop at the third',
    'r $t0=0; .for (r? $t1=RuntimeTest!g_list_head; @@c++(@$t1 != 0); r? $t1=@$t1->next) {r $t0=@$t0+1; .if (@$t0 == 3) {.printf "%x\\n", @$t1; .break}}',
    (t) => [hex(t.node_list[2]?.addr ?? '0')],
  ],
  [
    'the sum of a list',
    'r $t2=0; r? $t1=RuntimeTest!g_list_head; .while (@@c++(@$t1 != 0)) {r $t2=@$t2+@@c++(@$t1->value); r? $t1=@$t1->next}; .printf "%d\\n", @$t2',
    (t) => [String(t.node_list.reduce((sum, n) => sum + n.value, 0))],
  ],
  [
    'the loader list with aliases',
    'r? $t0 = &@$peb->Ldr->InLoadOrderModuleList\n.for (r? $t1 = *(ntdll!_LDR_DATA_TABLE_ENTRY**)@$t0; (@$t1 != 0) & (@$t1 != @$t0); r? $t1 = (ntdll!_LDR_DATA_TABLE_ENTRY*)@$t1->InLoadOrderLinks.Flink)\n{\n as /x ${/v:$Base} @@c++(@$t1->DllBase)\n as /msu ${/v:$Mod} @@c++(&@$t1->BaseDllName)\n .block\n {\n  .echo ${$Mod} at ${$Base}\n }\n ad ${/v:$Base}\n ad ${/v:$Mod}\n}',
    (t) => t.modules.map((m) => `${base(m.path)} at 0x${hex(m.base)}`),
  ],
  [
    'module names from the loader list, %msu',
    'r $t0=poi(@$peb+c)+c; .for (r $t1=poi(@$t0); @$t1 != @$t0; r $t1=poi(@$t1)) {.printf "%msu\\n", @$t1+2c}',
    (t) => t.modules.map((m) => base(m.path)),
  ],
  [
    'the PEB behind the TEB',
    '.if (poi(@$teb+30) == @$peb) {.echo same} .else {.echo different}',
    () => ['same'],
  ],
  ['the image base', '.printf "%p\\n", poi(@$peb+8)', (t) => [pad(t.modules[0]?.base ?? '0')]],
  [
    'MZ at every module',
    '.foreach (m {lm1m}) {.if (wo(${m}) == 5a4d) {.echo mz} .else {.echo m}}',
    (t) => t.modules.map(() => 'mz'),
  ],
  [
    'the size of every image from its header',
    '.foreach (m {lm1m}) {.printf "%d\\n", dwo(${m}+dwo(${m}+3c)+50)}',
    (t) =>
      [...t.modules].sort((a, b) => (BigInt(a.base) < BigInt(b.base) ? -1 : 1)).map((m) => String(m.size)),
  ],
  [
    'the heaps behind variables',
    '.printf "%p %p\\n", poi(RuntimeTest!_crtheap), poi(RuntimeDll!_crtheap)',
    (t) => [`${pad(t.heaps.crt_exe ?? '0')} ${pad(t.heaps.crt_dll ?? '0')}`],
  ],
  [
    'the address of a variable',
    '? RuntimeTest!_crtheap',
    (t) => [
      `Evaluate expression: ${BigInt(t.crtheap_vars['RuntimeTest!_crtheap'] ?? 0)} = ${pad(t.crtheap_vars['RuntimeTest!_crtheap'] ?? '0')}`,
    ],
  ],
  [
    'a vtable by its object',
    '.printf "%p\\n", poi(poi(RuntimeTest!g_circle))',
    (t) => [pad(t.vftables.g_circle ?? '0')],
  ],
  [
    'sizeof in a condition',
    '.if (@@c++(sizeof(RuntimeTest!Outer)) == 0n128) {.echo ok}',
    (t) => (t.types.find((x) => x.name === 'Outer')?.size === 128 ? ['ok'] : []),
  ],
  [
    'the offset of a field',
    '.printf "%d\\n", @@c++(#FIELD_OFFSET(RuntimeTest!Outer, arr))',
    (t) => [String(t.types.find((x) => x.name === 'Outer')?.fields.find((f) => f.name === 'arr')?.offset)],
  ],
  [
    'every second token',
    '.foreach /ps 1 /s (t "1 2 3 4 5") {.printf "%d ", t }; .echo',
    () => ['1 3 5 ', ''],
  ],
  [
    'an alias from a value',
    'aS /x here @$peb; .block {.if (${here} == @$peb) {.echo ${here}}}\nad here',
    (t) => [`0x${hex(t.peb)}`],
  ],
  [
    'an alias from output',
    'as /c lines .echo one two\n.block {.foreach /s (w "${lines}") {.echo w}}\nad lines',
    () => ['one', 'two'],
  ],
  [
    'a string compared',
    '.foreach (m {lm1m}) {.if ($sicmp("${m}", "ntdll") == 0) {.printf "%p\\n", ${m}}}',
    (t) => t.modules.filter((m) => base(m.path).toLowerCase() === 'ntdll.dll').map((m) => pad(m.base)),
  ],
  [
    'a pattern',
    '.foreach (m {lm1m}) {.if ($spat("${m}", "Runtime*")) {.echo m}}',
    () => ['RuntimeTest', 'RuntimeDll'],
  ],
  [
    'readable or not',
    '.if ($vvalid(@$peb, 1000)) {.echo yes}; .if ($vvalid(0, 1)) {.echo no}',
    () => ['yes'],
  ],
  ['j of old scripts', "j (poi(@$teb+30) = @$peb) '.echo peb'; '.echo none'", () => ['peb']],
  ['z of old scripts', 'r $t0=0\n.printf "%d", @$t0; r $t0=@$t0+1; z(@$t0 < 4)', () => ['0123']],
  [
    'goes on behind what is not there',
    '.foreach /s (a "0 1") {.catch {.printf "%p\\n", poi(${a})}}; .echo done',
    () => ["Memory access error at ')'", "Memory access error at ')'", 'done'],
  ],
  ['functions on a stack', '.if ($spat("${$ntsym}", "ntdll*")) {.printf "%d\\n", @$ptrsize}', () => ['4']],
  [
    'entry points',
    '.foreach (m {lm1m}) {.if ($iment(${m}) == ${m}+dwo(${m}+dwo(${m}+3c)+28)) {.echo ok}}',
    (t) => t.modules.map(() => 'ok'),
  ],
];

describe.skipIf(!hasCorpus)('scripts of the kinds that people publish', () => {
  const truth = (): Truth => sharedJson(`corpus/lab/x86-static-O0/truth.json.gz`);

  it.each(SCRIPTS)('%s', async (_, script, expected) => {
    const engine = await openLab('x86-static-O0', 'full');
    expect((await runLine(engine, script)).lines).toEqual(expected(truth()));
  });
});
