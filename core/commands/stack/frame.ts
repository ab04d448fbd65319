import { UsageError } from '../../errors/index.ts';
import type { Output } from '../../output/index.ts';
import type { Frame } from '../../unwind/index.ts';
import { registerLines, whereLines, type RegisterLine } from '../registers/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { nameFrame } from './frameName.ts';
import { rowLines } from './printStack.ts';
import { frameData, type StackRow } from './stackModel.ts';
import { parseStackOptions, type StackOptions } from './stackOptions.ts';

interface FrameModel {
  readonly row: StackRow;
  readonly options: StackOptions;
  readonly pointerSize: 4 | 8;
  /** /r and /c: the frame's registers, and the instruction that it goes on with */
  readonly context: readonly RegisterLine[];
}

export const frameCommand = command<FrameModel>({
  name: '.frame',
  tier: 'A',
  syntax: [
    '.frame [/c] [/r] [FrameNumber]',
    '.frame [/c] [/r] = BasePtr [FrameIncrement]',
    '.frame [/c] [/r] = BasePtr StackPtr InstructionPtr',
  ],
  summary: 'Shows the frame that locals are taken from, or chooses another.',
  options: [
    { flag: '/c', meaning: "makes the frame's registers the current context" },
    { flag: '/r', meaning: "shows the frame's registers" },
  ],
  run,
  print,
  data,
});

export const frameUp = stepCommand(
  '.f+',
  1,
  'Chooses the next frame outwards: the caller of the current one.',
);
export const frameDown = stepCommand('.f-', -1, 'Chooses the next frame inwards.');

function stepCommand(name: '.f+' | '.f-', by: number, summary: string): ReturnType<typeof command> {
  return command<FrameModel>({
    name,
    tier: 'B',
    syntax: [name],
    summary,
    run: ({ session }) => {
      const index = session.frame + by;
      if (index < 0) throw new UsageError('the current frame is the innermost one');
      return choose(session, index, { setsContext: false, showsRegisters: false });
    },
    print,
    data,
  });
}

interface Wishes {
  readonly setsContext: boolean;
  readonly showsRegisters: boolean;
}

function run({ session, args }: Call): Promise<FrameModel> {
  const { wishes, rest } = readSwitches(args);
  if (rest.startsWith('=')) return chooseByAddress(session, rest, wishes);
  const index = rest === '' ? BigInt(session.frame) : session.evaluator.evaluate(rest);
  if (index < 0n || index > 0xffffn) throw new UsageError(`0x${index.toString(16)} is no frame number`);
  return choose(session, Number(index), wishes);
}

function readSwitches(args: string): { wishes: Wishes; rest: string } {
  let rest = args;
  const seen = new Set<string>();
  for (let match = /^\/([cr]+)\s*/.exec(rest); match; match = /^\/([cr]+)\s*/.exec(rest)) {
    for (const letter of match[1] ?? '') seen.add(letter);
    rest = rest.slice(match[0].length);
  }
  return { wishes: { setsContext: seen.has('c'), showsRegisters: seen.has('r') || seen.has('c') }, rest };
}

async function choose(session: Session, index: number, wishes: Wishes): Promise<FrameModel> {
  const { frames } = session.walk(session.thread, { from: session.registers(), limit: index + 1 });
  const frame = frames[index];
  if (!frame) {
    throw new UsageError(`Cannot find frame 0x${index.toString(16)}, previous scope unchanged`, 'unresolved');
  }
  return take(session, frame, wishes);
}

/** `= BasePtr StackPtr InstructionPtr`: the first frame of a walk from there, and it becomes the context. */
function chooseByAddress(session: Session, text: string, wishes: Wishes): Promise<FrameModel> {
  const options = parseStackOptions('k', text, session);
  const limit = options.count ?? 1;
  const { frames } = session.walk(session.thread, { from: options.from, limit });
  const frame = frames.at(-1);
  if (!frame) throw new UsageError('there is no frame at that address', 'unresolved');
  return take(session, frame, { ...wishes, setsContext: true });
}

async function take(
  session: Session,
  frame: Frame,
  { setsContext, showsRegisters }: Wishes,
): Promise<FrameModel> {
  const row = { frame, name: nameFrame(session, frame) };
  const context = showsRegisters ? await contextLines(session, frame) : [];
  if (setsContext) session.setContext(frame.registers);
  else session.frame = frame.index;
  const options = parseStackOptions('kn', '', session);
  return { row, options, pointerSize: session.machine.pointerSize, context };
}

async function contextLines(session: Session, { registers }: Frame): Promise<RegisterLine[]> {
  return [...registerLines(registers), ...(await whereLines(session, registers))];
}

function print({ row, options, pointerSize, context }: FrameModel, out: Output): void {
  for (const line of rowLines(row, options, pointerSize)) out.line(...line);
  for (const line of context) out.line(...line);
}

function data({ row }: FrameModel) {
  return { frame: frameData(row) };
}
