import { hexAddress } from '../../bytes/index.ts';
import { readPointer, tryRead, type Machine, type Thread } from '../../target/index.ts';
import type { Frame, StackTrace } from '../../unwind/index.ts';
import type { Session } from '../session.ts';
import { frameParameters, type FrameParameter } from './frameParameters.ts';
import { nameFrame, type FrameName } from './frameName.ts';
import { rawStack, type RawWord } from './rawStack.ts';
import type { StackOptions } from './stackOptions.ts';

export interface StackRow {
  readonly frame: Frame;
  readonly name: FrameName;
  /** the first words of the arguments; undefined where the dump does not hold one */
  readonly args?: readonly (bigint | undefined)[];
  /** kp, kP: what the function was called with, where private symbols say */
  readonly parameters?: readonly FrameParameter[];
}

/** A thread's stack as k shows it. */
export interface StackModel {
  readonly machine: Machine;
  readonly thread?: Thread;
  /** the walk began at the registers of .cxr or .ecxr */
  readonly fromLastContext: boolean;
  readonly options: StackOptions;
  readonly trace: StackTrace;
  readonly rows: readonly StackRow[];
  /** kd shows these instead of frames */
  readonly words?: readonly RawWord[];
}

/** Words of arguments that kb and kv show: three on x86, four on machines that pass four in registers. */
function argumentCount(machine: Machine): number {
  return machine.pointerSize === 4 ? 3 : 4;
}

/**
 * The stack of a thread from its own registers; without a thread that of the current context, .cxr's and .ecxr's
 * included.
 */
export function stackModel(session: Session, thread: Thread | undefined, options: StackOptions): StackModel {
  const ofContext = thread === undefined;
  const shown = thread ?? session.thread;
  const from = options.from ?? (ofContext ? session.registers() : undefined);
  const { machine } = session;
  const fromLastContext = ofContext && !options.from && session.contextOverride !== undefined;
  if (options.raw) {
    const registers = from ?? shown?.context(machine);
    const words = registers ? rawStack(session, registers.sp, options.count) : [];
    return { ...nothing(session), thread: shown, fromLastContext, options, words };
  }
  const trace = session.walk(shown, { from, limit: options.count ?? session.frameLimit });
  const rows = trace.frames.map((frame) => rowOf(session, frame, options));
  return { machine, thread: shown, fromLastContext, options, trace, rows };
}

function nothing({ machine }: Session): Pick<StackModel, 'machine' | 'trace' | 'rows'> {
  return { machine, trace: { frames: [], end: 'no context', truncated: false }, rows: [] };
}

function rowOf(session: Session, frame: Frame, options: StackOptions): StackRow {
  const name = nameFrame(session, frame);
  return {
    frame,
    name,
    args: options.args && !frame.inline ? firstArguments(session, frame) : undefined,
    parameters: options.parameters ? frameParameters(session, frame) : undefined,
  };
}

function firstArguments(session: Session, frame: Frame): (bigint | undefined)[] {
  const size = session.machine.pointerSize;
  return Array.from({ length: argumentCount(session.machine) }, (_, i) =>
    tryRead(() => readPointer(session.target.memory, frame.parameters + BigInt(i * size), size)),
  );
}

/** The `data` of k, as cli.md has it, with the reason why the walk ended. */
export function stackData(model: StackModel) {
  const { thread, trace, rows, words } = model;
  return {
    thread: thread && { index: thread.index, id: hexAddress(thread.id) },
    frames: rows.map(frameData),
    truncated: trace.truncated,
    end: words ? undefined : trace.end,
    words: words?.map(({ address, value, symbol }) => ({
      address: hexAddress(address),
      value: value === undefined ? null : hexAddress(value),
      symbol,
    })),
  };
}

/** One frame as JSON. */
export function frameData({ frame, name, args, parameters }: StackRow) {
  return {
    index: frame.index,
    instruction: hexAddress(frame.instruction),
    frame: hexAddress(frame.frame),
    return: frame.returnAddress === undefined ? undefined : hexAddress(frame.returnAddress),
    module: name.module,
    function: name.function,
    displacement: name.module === undefined ? undefined : hexAddress(name.displacement),
    source: name.source && { file: name.source.file, line: name.source.line },
    inline: frame.inline,
    how: frame.how,
    warning: frame.warning,
    note: frame.note,
    args: args?.map((a) => (a === undefined ? null : hexAddress(a))),
    parameters: parameters?.map((p) => ({ name: p.name, type: p.type, value: p.value })),
  };
}
