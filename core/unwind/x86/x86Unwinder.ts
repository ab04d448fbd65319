import type { FrameData, FpoData, StackWin, UnwindSource } from '../../symbols/index.ts';
import { frameDescriptionAt } from '../dwarf/ehFrameOf.ts';
import { stepByStackCfi } from '../breakpad/stackCfi.ts';
import { stepByDwarf } from '../dwarf/dwarfStep.ts';
import type { WalkEnd } from '../frame.ts';
import type { ModuleEntry } from '../moduleIndex.ts';
import type { RegisterFile } from '../registerFile.ts';
import { SCAN_WORDS, scanStack, type Verdict } from '../scanStack.ts';
import type { Step, Unwinder, WalkSpace } from '../walkSpace.ts';
import { CalleeStack } from './calleeStack.ts';
import { stepOverDispatcher } from './dispatchersX86.ts';
import { runEpilogX86, type CodeBounds } from './epilogX86.ts';
import { fpoNote } from './fpoNote.ts';
import { stepByFpo } from './fpoStep.ts';
import { stepByFrameChain, stepByProlog } from './frameChain.ts';
import { stepByProgram } from './frameDataStep.ts';
import { functionStart } from './functionStart.ts';
import { guessStart } from './guessStart.ts';
import { judgeX86 } from './judgeX86.ts';
import { followProlog } from './prologX86.ts';
import { remembered } from '../remembered.ts';
import { callerX86 } from './registersX86.ts';

/** What symbols say of the code in a frame. */
interface Records {
  readonly frameData?: FrameData;
  readonly fpo?: FpoData;
  readonly stackWin?: StackWin;
}

/** A frame with what is known of its function. */
interface Place {
  readonly entry: ModuleEntry;
  readonly lookup: number;
  readonly rva: number;
  readonly records: Records;
  readonly start: number | undefined;
}

/**
 * x86: nothing in an image says how to unwind, so many sources are asked, the surest first: the rest of an epilog,
 * ntdll's dispatchers, symbol files' records, .eh_frame, the function's own prolog, the ebp chain, a scan.
 */
export class X86Unwinder implements Unwinder {
  private callee = new CalleeStack();

  constructor(private readonly space: WalkSpace) {}

  step(file: RegisterFile, exact: boolean): Step | WalkEnd {
    const entry = this.space.modules.find(file.ip);
    const place = entry && this.placeOf(entry, file.ip, exact);
    const step = place ? this.inModule(place, file, exact) : this.nowhere(file, exact);
    this.callee = new CalleeStack(
      this.space,
      file,
      place?.records,
      place && this.boundsOf(place),
      () => place && this.space.unwindOf(place.entry.module)?.parameterBytes?.(place.rva),
    );
    if (!step) return this.space.stack.u32(file.sp) === undefined ? 'memory not in dump' : 'no caller found';
    const note = step.note ?? (place && fpoNote(place.records));
    return note === undefined ? step : { ...step, note };
  }

  private placeOf(entry: ModuleEntry, ip: number, exact: boolean): Place {
    const lookup = exact ? ip : ip - 1;
    const rva = lookup - entry.base;
    const unwind = this.space.unwindOf(entry.module);
    return {
      entry,
      lookup,
      rva,
      records: this.recordsOf(entry, unwind, rva),
      start: functionStart(this.space, entry, lookup),
    };
  }

  private inModule(place: Place, file: RegisterFile, exact: boolean): Step | undefined {
    const { entry, lookup } = place;
    const dispatched = stepOverDispatcher(this.space, entry, file, lookup);
    if (dispatched) return dispatched;
    const done = exact ? this.epilog(place, file) : undefined;
    if (done && this.isCode(done.caller.ip)) return done;
    return this.byLayout(place, file, exact, done);
  }

  /** By the frame that the function has built; `last` where nothing tells of one. */
  private byLayout(place: Place, file: RegisterFile, exact: boolean, last?: Step): Step | undefined {
    const { space } = this;
    const { entry, lookup } = place;
    const byRecords = this.byStackCfi(place, file) ?? this.byRecords(place, file);
    if (byRecords && !byRecords.overwritten) return byRecords;
    const found =
      stepByDwarf(space, entry, this.callee.released(file), lookup) ??
      this.byCode(place, file, exact) ??
      stepByFrameChain(space, file);
    if (found) return found;
    // what the processor does next is to return there, though it is no code: a frame or the stack may be overwritten
    if (last) return last;
    const scanned = this.scan(place.start, file);
    // a frame that symbols know is shown as it is, unless the function's caller is certain to be elsewhere
    return byRecords && scanned?.verdict !== 'sure' ? byRecords : scanned?.step;
  }

  private byStackCfi({ entry, rva }: Place, file: RegisterFile): Step | undefined {
    const record = this.space.unwindOf(entry.module)?.stackCfi?.(rva);
    const released = this.callee.released(file);
    const caller = record && stepByStackCfi(this.space, released, record.rules, 'x86');
    return caller && { caller, how: 'unwind info', frame: caller.sp - 8, parameters: caller.sp };
  }

  private byRecords({ entry, records, start }: Place, file: RegisterFile): Step | undefined {
    const { space } = this;
    const { stackWin, frameData, fpo } = records;
    const frame = { calleeParameters: this.callee.parameters(), functionStart: start };
    if (stackWin?.program)
      return stepByProgram(space, file, { ...stackWin, program: stackWin.program }, frame);
    if (stackWin?.type === 0) {
      const record = {
        start: entry.base + stackWin.start,
        prolog: stackWin.prolog,
        locals: stackWin.locals,
        savedRegisterCount: stackWin.savedRegisters >> 2,
        usesBp: stackWin.allocatesBasePointer,
      };
      return stepByFpo(space, file, record, frame.calleeParameters);
    }
    if (frameData?.program) {
      const step = stepByProgram(space, file, frameData, frame);
      if (step) return step;
    }
    if (fpo?.frame === 'fpo')
      return stepByFpo(space, file, { ...fpo, start: entry.base + fpo.start }, frame.calleeParameters);
    return undefined;
  }

  /** Where the thread stopped on the straight way out of its function, or in a thunk. */
  private epilog(place: Place, file: RegisterFile): Step | undefined {
    const caller = callerX86(file);
    caller.ip = file.ip;
    if (!runEpilogX86(this.space.code, this.space.stack, caller, this.boundsOf(place))) return undefined;
    const frame = caller.frame ?? caller.sp - 8;
    caller.frame = undefined;
    const { frameData, fpo, stackWin } = place.records;
    const how = frameData || stackWin?.program ? 'frame data' : fpo || stackWin ? 'fpo' : 'leaf';
    return { caller, how, frame, parameters: frame + 8 };
  }

  /** What the function's own code says: its way to the return, or its prolog. */
  private byCode(place: Place, file: RegisterFile, exact: boolean): Step | undefined {
    const { space } = this;
    if (!exact) {
      const done = this.epilog(place, this.callee.released(file));
      if (done && this.isCode(done.caller.ip)) return { ...done, guess: true };
    }
    const start = place.start ?? guessStart(space, place.entry, file, exact);
    if (start === undefined) return undefined;
    const state = followProlog(space.code, start, file.ip, exact);
    return state && stepByProlog(space, file, { state, start, calleeParameters: this.callee.parameters() });
  }

  /** Whether a call may return there; 0 is where a thread's first function returns to. */
  private isCode(address: number): boolean {
    return address === 0 || judgeX86(this.space, address) !== 'no';
  }

  private boundsOf({ entry, rva, records, start }: Place): CodeBounds | undefined {
    const description = frameDescriptionAt(this.space, entry, entry.base + rva);
    if (description) return { start: entry.base + description.start, end: entry.base + description.end };
    const record = records.frameData ?? records.stackWin ?? records.fpo;
    if (!record || start === undefined) return undefined;
    return { start, end: entry.base + record.start + record.length };
  }

  /** Code that no module holds: a bad jump leaves its return address on top; generated code keeps ebp. */
  private nowhere(file: RegisterFile, exact: boolean): Step | undefined {
    const { space } = this;
    const top = space.stack.u32(file.sp);
    if (exact && top !== undefined && judgeX86(space, top) !== 'no') {
      const caller = callerX86(file);
      caller.ip = top;
      caller.sp = file.sp + 4;
      return { caller, how: 'leaf', frame: file.sp - 4, parameters: file.sp + 4 };
    }
    return stepByFrameChain(space, file) ?? this.scan(undefined, file)?.step;
  }

  private scan(start: number | undefined, file: RegisterFile): { step: Step; verdict: Verdict } | undefined {
    const found = scanStack(this.space, file.sp, SCAN_WORDS, 4, (address) =>
      judgeX86(this.space, address, start),
    );
    if (!found) return undefined;
    const caller = callerX86(file);
    caller.ip = found.address;
    caller.sp = found.slot + 4;
    const step: Step = {
      caller,
      how: 'scan',
      frame: found.slot - 4,
      parameters: found.slot + 4,
      guess: true,
    };
    return { step, verdict: found.verdict };
  }

  private recordsOf({ module }: ModuleEntry, unwind: UnwindSource | undefined, rva: number): Records {
    const override = this.space.overrides.at(module, rva);
    if (override) return { fpo: override };
    return unwind ? remembered(recordsBySource, unwind, rva, () => askRecords(unwind, rva)) : {};
  }
}

const recordsBySource = new WeakMap<UnwindSource, Map<number, Records>>();

function askRecords(unwind: UnwindSource, rva: number): Records {
  const stackWin = unwind.stackWin?.(rva);
  if (stackWin) return { stackWin };
  return { frameData: unwind.frameData?.(rva), fpo: unwind.fpo?.(rva) };
}
