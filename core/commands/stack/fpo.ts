import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatAddress, type Output } from '../../output/index.ts';
import type { Module } from '../../target/index.ts';
import { FpoOverrides, type FpoOverride } from '../../unwind/index.ts';
import { command, type Call } from '../command.ts';

interface OverridesModel {
  readonly shown: readonly FpoOverride[];
  /** what was done, in a sentence */
  readonly done?: string;
  readonly pointerSize: 4 | 8;
}

const FRAMES = ['fpo', 'trap', 'tss', 'nonfpo'] as const;
/** Without -fs an override is for the function from the address to the next symbol, or for this many bytes. */
const DEFAULT_LENGTH = 0x1000;

export const fpo = command<OverridesModel>({
  name: '.fpo',
  tier: 'C',
  syntax: [
    '.fpo -s [-fFlag] Address',
    '.fpo -d Address',
    '.fpo -x Address',
    '.fpo -o Address',
    '.fpo Address',
  ],
  summary: 'Sets, removes or shows FPO data that counts before what symbols say of x86 functions.',
  options: [
    { flag: '-s', meaning: 'sets an override at the address' },
    { flag: '-fb', meaning: 'ebp is used as a general register' },
    { flag: '-fe', meaning: 'the function has an SEH frame' },
    { flag: '-fn', meaning: 'the function has a frame pointer' },
    { flag: '-fl N, -fp N, -fr N', meaning: 'dwords of locals, of parameters; saved registers' },
    { flag: '-fs N', meaning: 'bytes of code' },
    { flag: '-ft N', meaning: 'frame type: 0 FPO, 1 trap, 2 TSS, 3 with frame pointer' },
    { flag: '-d, -x', meaning: 'removes the override at the address, or all of its module' },
    { flag: '-o', meaning: "shows all overrides of the address' module" },
  ],
  run,
  print,
  data,
});

interface Flags {
  usesBp: boolean;
  seh: boolean;
  frame: number;
  locals: number;
  parameters: number;
  registers: number;
  length?: number;
}

function run(call: Call): OverridesModel {
  const { session, args } = call;
  if (session.machine.kind !== 'x86')
    throw new UsageError(
      `.fpo is for x86: ${session.machine.kind} code is unwound by its tables`,
      'not-applicable',
    );
  const overrides = FpoOverrides.of(session.target);
  const action = /^-([sdxo])\s+/.exec(args);
  const { flags, rest } = readFlags(call, args.slice(action?.[0].length ?? 0));
  const address = session.evaluator.address(rest);
  const module = session.target.modules.find(address);
  if (!module)
    throw new UsageError(`${formatAddress(address, session.machine.pointerSize)} lies in no module`);
  const rva = Number(address - module.base);
  const { pointerSize } = session.machine;
  switch (action?.[1]) {
    case 's': {
      const made = overrideOf(call, module, rva, flags);
      overrides.set(made);
      return { shown: [made], pointerSize };
    }
    case 'd':
    case 'x': {
      const count = overrides.remove(module, action[1] === 'd' ? rva : undefined);
      return { shown: [], done: `${count} FPO override(s) removed`, pointerSize };
    }
    case 'o':
      return { shown: overrides.in(module), pointerSize };
    default: {
      const found = overrides.at(module, rva);
      return { shown: found ? [found] : [], pointerSize };
    }
  }
}

function readFlags({ session }: Call, text: string): { flags: Flags; rest: string } {
  const flags: Flags = { usesBp: false, seh: false, frame: 0, locals: 0, parameters: 0, registers: 0 };
  let rest = text;
  for (let match = /^-f([benlprst])\s*/.exec(rest); match; match = /^-f([benlprst])\s*/.exec(rest)) {
    rest = rest.slice(match[0].length);
    const letter = match[1] ?? '';
    if (letter === 'b') flags.usesBp = true;
    else if (letter === 'e') flags.seh = true;
    else if (letter === 'n') flags.frame = 3;
    else {
      // a word of its own: the next switch would read as a subtraction
      const word = /^\S*/.exec(rest)?.[0] ?? '';
      rest = rest.slice(word.length).trimStart();
      setTerm(flags, letter, session.evaluator.evaluate(word));
    }
  }
  return { flags, rest };
}

function setTerm(flags: Flags, letter: string, value: bigint): void {
  if (value < 0n || value > 0xffffffn) throw new UsageError(`-f${letter} takes a small number`);
  const number = Number(value);
  if (letter === 'l') flags.locals = number;
  else if (letter === 'p') flags.parameters = number;
  else if (letter === 'r') flags.registers = number;
  else if (letter === 's') flags.length = number;
  else flags.frame = number;
}

function overrideOf({ session }: Call, module: Module, rva: number, flags: Flags): FpoOverride {
  const next = session.symbols.of(module)?.next(rva)?.rva;
  return {
    module,
    start: rva,
    length: flags.length ?? (next === undefined ? DEFAULT_LENGTH : next - rva),
    locals: flags.locals * 4,
    parameters: flags.parameters * 4,
    prolog: 0,
    savedRegisterCount: flags.registers,
    seh: flags.seh,
    usesBp: flags.usesBp,
    frame: FRAMES[flags.frame] ?? 'fpo',
  };
}

function print({ shown, done, pointerSize }: OverridesModel, out: Output): void {
  if (done) out.line(done);
  else if (shown.length === 0) out.line('No FPO overrides');
  for (const o of shown) {
    const address = formatAddress(o.module.base + BigInt(o.start), pointerSize);
    const numbers = `[${o.parameters >> 2},${o.locals >> 2},${o.savedRegisterCount}]`;
    const marks = `${o.usesBp ? ' [Uses EBP]' : ''}${o.seh ? ' [SEH]' : ''}${o.frame === 'nonfpo' ? ' [Non-Fpo]' : ''}`;
    out.line(
      `FPO override: ${address} ${o.module.name}+0x${o.start.toString(16)} L${o.length.toString(16)}${marks} ${numbers}`,
    );
  }
}

function data({ shown, done }: OverridesModel) {
  return {
    done,
    overrides: shown.map((o) => ({
      address: hexAddress(o.module.base + BigInt(o.start)),
      length: o.length,
      parameters: o.parameters,
      locals: o.locals,
      savedRegisters: o.savedRegisterCount,
      usesBp: o.usesBp,
      seh: o.seh,
      frame: o.frame,
    })),
  };
}
