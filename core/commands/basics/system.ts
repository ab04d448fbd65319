import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatSessionTime } from '../../output/index.ts';
import { MACHINES } from '../../target/index.ts';
import { command } from '../command.ts';
import { eventOf, eventText } from '../exceptions/index.ts';
import { systemData, systemLines, systemModel } from './systemModel.ts';

export const vertarget = command({
  name: 'vertarget',
  tier: 'A',
  syntax: ['vertarget'],
  summary: 'Says which Windows, which processors and when: what the process ran on.',
  run: ({ session }) => systemModel(session),
  print: (model, out) => {
    for (const line of systemLines(model)) out.line(line);
  },
  data: systemData,
});

export const version = command({
  name: 'version',
  tier: 'B',
  syntax: ['version'],
  summary: 'Says what vertarget says, and which debugger this is.',
  run: ({ session }) => systemModel(session),
  print: (model, out, { session }) => {
    for (const line of systemLines(model)) out.line(line);
    out.line('');
    out.line('Stillframe, a debugger for Windows minidumps');
    out.line(`Dump file: ${session.target.name}`);
  },
  data: systemData,
});

export const lastevent = command({
  name: '.lastevent',
  tier: 'A',
  syntax: ['.lastevent'],
  summary: 'Shows the event that the dump was written for.',
  run: ({ session }) => ({
    event: eventOf(session),
    time: session.target.system.dumpTime,
    bias: session.target.system.timeZoneBias,
  }),
  print: ({ event, time, bias }, out) => {
    out.line(`Last event: ${event ? eventText(event) : '<no event>'}`);
    out.line(`  debugger time: ${time === undefined ? 'not available' : formatSessionTime(time, bias)}`);
  },
  data: ({ event, time }) => ({
    processId: event?.processId === undefined ? undefined : hexAddress(event.processId),
    threadId: event && hexAddress(event.threadId),
    code: event && hexAddress(event.code),
    name: event?.name,
    dumpTime: time,
  }),
});

export const effmach = command({
  name: '.effmach',
  tier: 'A',
  syntax: ['.effmach [MachineType]'],
  summary:
    "Shows or chooses the processor view: `x86` in a WOW64 dump, `.` for the dump's own, `#` for the event's.",
  run: ({ session, args }) => {
    const own = session.target.system.machine;
    const aliases: Record<string, string> = {
      amd64: 'x64',
      x64: 'x64',
      x86: 'x86',
      arm64: 'arm64',
      arm: 'arm',
      '.': own.kind,
      '#': own.kind,
    };
    if (args === '') return session.machine;
    const kind = aliases[args.toLowerCase()];
    const wanted = Object.values(MACHINES).find((m) => m.kind === kind);
    if (!wanted)
      throw new UsageError(`No machine is called '${args}'; there are x86, x64 (amd64), arm64 and arm`);
    if (!session.target.machines.includes(wanted)) {
      const have = session.target.machines.map((m) => m.kind).join(' and ');
      throw new UsageError(`This dump has no ${wanted.kind} view; it has ${have}`, 'not-available');
    }
    session.selectMachine(wanted);
    return wanted;
  },
  print: (machine, out) => out.line(`Effective machine: ${machine.effmach}`),
  data: (machine) => ({ machine: machine.kind }),
});

export const wow64sw = command({
  name: '!wow64exts.sw',
  aliases: ['!sw'],
  tier: 'A',
  syntax: ['!wow64exts.sw'],
  summary: 'Switches between the 64-bit and the 32-bit view of a WOW64 process.',
  run: ({ session }) => {
    const other = session.target.machines.find((m) => m !== session.machine);
    if (!other) throw new UsageError('This is no WOW64 dump: it has one view', 'not-available');
    session.selectMachine(other);
    return other;
  },
  print: (machine, out) =>
    out.line(machine.pointerSize === 4 ? 'Switched to 32bit mode' : 'Switched to Host mode'),
  data: (machine) => ({ machine: machine.kind }),
});
