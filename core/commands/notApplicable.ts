import { NOT_APPLICABLE } from './notApplicable.generated.ts';

/** Commands that write memory: the manual has them for any target, a dump is not changed. */
const WRITES = 'e ea eb ed eD ef ep eq eu ew eza ezu f fp m a .readmem';

/** Obsolete extensions, and the command that took their place. */
const OBSOLETE: Readonly<Record<string, string>> = {
  '!cxr': '.cxr',
  '!exr': '.exr',
  '!kb': 'kb',
  '!sel': 'dg',
  '!trap': '.trap of a kernel debugger',
  '!tss': '.tss of a kernel debugger',
  '!igrep': 's',
  '!dcs': 'no other',
  '!ecs': 'no other',
};

/** Debugging servers, clients and remote sessions. */
const REMOTE =
  '.clients .endpsrv .endsrv .remote .remote_exit .server .servers .netuse !net_send .rrestart .urestart .dbgdbg';

/** What steers a process that runs, beyond what the manual's list of live commands has. */
const STEERS = '.bpcmds .bpsync .flash_on_break .force_tb .idle_cmd .ofilter .sound_notify .step_filter bsc';

const WHY: readonly (readonly [names: string, reason: string])[] = [
  [
    NOT_APPLICABLE.live,
    'needs a live target: a dump does not run and cannot be stepped, broken into or changed',
  ],
  [NOT_APPLICABLE.kernel, 'is for kernel debugging: this is a dump of one process'],
  [NOT_APPLICABLE.trace, 'needs a Time Travel Debugging trace: a dump is one moment'],
  [
    NOT_APPLICABLE.service,
    'reads what its own service or logger keeps in a live system: a dump of another process does not hold it',
  ],
  [WRITES, 'changes memory: a dump is not changed'],
  [REMOTE, 'is for remote debugging sessions: a dump is opened where the debugger runs'],
  [STEERS, 'needs a live target: a dump does not run'],
  ['!dreg', 'reads the registry of the machine that the debugger runs on, which is not the dump’s'],
  ['!db up', 'shows physical memory: a user-mode dump has none'],
  ['ur', 'disassembles 16-bit real-mode code: a process of Windows has none'],
  [
    '!tt Time travel debugging extension commands',
    'needs a Time Travel Debugging trace: a dump is one moment',
  ],
];

const reasons = new Map<string, string>();
for (const [names, reason] of WHY)
  for (const name of names.split(' ')) if (!reasons.has(name)) reasons.set(name, reason);

for (const [name, instead] of Object.entries(OBSOLETE)) reasons.set(name, `is obsolete: use ${instead}`);

/** Why a command of the debugger's manual does not apply to a user dump; undefined for other words. */
export function whyNotApplicable(name: string): string | undefined {
  const reason = reasons.get(name) ?? reasons.get(name.toLowerCase());
  return reason && `${name} ${reason}`;
}
