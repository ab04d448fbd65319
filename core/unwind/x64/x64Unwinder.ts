import { callBefore } from '../callSite.ts';
import { stepByModuleCfi } from '../breakpad/stackCfi.ts';
import type { WalkEnd } from '../frame.ts';
import type { ModuleEntry } from '../moduleIndex.ts';
import {
  callerFile,
  REGISTER_LAYOUTS,
  registerAddress,
  setRegister,
  type RegisterFile,
} from '../registerFile.ts';
import { SCAN_WORDS, scanStack, type Verdict } from '../scanStack.ts';
import { symbolsAllowReturn } from '../symbolVerdict.ts';
import type { Step, Unwinder, WalkSpace } from '../walkSpace.ts';
import { isArm64Ec } from './arm64ec.ts';
import { coverageX64, unwindX64 } from './unwindX64.ts';

const LAYOUT = REGISTER_LAYOUTS.x64;
const RBP = 5;
/** Beyond what symbols count lie room for arguments and padding. */
const NEAR_WORDS = 64;

/** x64: unwind tables where there are any; else a jump to a bad address, an rbp chain, a scan, in this order. */
export class X64Unwinder implements Unwinder {
  constructor(private readonly space: WalkSpace) {}

  step(file: RegisterFile, exact: boolean): Step | WalkEnd {
    const entry = this.space.modules.find(file.ip);
    if (entry && isArm64Ec(this.space, entry, file.ip)) return 'machine not supported';
    const byTables = unwindX64(this.space, file, exact);
    if (byTables && this.isTrusted(byTables, file)) return byTables;
    const byRules = stepByModuleCfi(this.space, file, exact, 'x64');
    if (byRules) return byRules;
    if (exact) {
      const called = this.badCall(file);
      if (called) return called;
    }
    const guess = this.frameChain(file) ?? this.scan(file, exact);
    if (guess) return guess;
    if (byTables) return byTables;
    return this.space.stack.u64(file.sp) === undefined ? 'memory not in dump' : 'no caller found';
  }

  /** A leaf's return address is only what happens to lie at rsp: it must look like one. */
  private isTrusted({ how, caller, exact }: Step, file: RegisterFile): boolean {
    if (how !== 'leaf' || exact) return true;
    // a function that calls others has unwind data: code without is a leaf only where the thread stopped in it
    if (caller.ip === 0)
      return this.space.bounds === undefined || caller.sp >= this.space.bounds.high - 0x100;
    const entry = this.space.modules.find(caller.ip);
    if (entry) return this.judge(caller.ip, entry) !== 'no';
    return caller.sp > file.sp && coverageX64(this.space, caller.ip) === 'covered';
  }

  /** Execution of an address where no code is: the call's return address still lies on top of the stack. */
  private badCall(file: RegisterFile): Step | undefined {
    if (this.space.modules.find(file.ip)) return undefined;
    const ip = this.space.stack.pointer(file.sp);
    const entry = ip === undefined ? undefined : this.space.modules.find(ip);
    if (ip === undefined || !entry?.isCode(ip) || this.judge(ip, entry) === 'no') return undefined;
    const caller = callerFile(file, LAYOUT);
    caller.ip = ip;
    caller.sp = file.sp + 8;
    return { caller, how: 'leaf' };
  }

  /** Code that was made at run time (JIT) mostly keeps rbp chains. */
  private frameChain(file: RegisterFile): Step | undefined {
    const { stack, modules } = this.space;
    if (modules.find(file.ip) && coverageX64(this.space, file.ip) !== 'unknown') return undefined;
    const frame = registerAddress(file, RBP);
    if (!(frame >= file.sp) || frame % 8 !== 0) return undefined;
    const saved = stack.u64(frame);
    const ip = stack.pointer(frame + 8);
    const entry = ip === undefined ? undefined : modules.find(ip);
    if (saved === undefined || ip === undefined || !entry?.isCode(ip) || this.judge(ip, entry) === 'no')
      return undefined;
    const caller = callerFile(file, LAYOUT);
    setRegister(caller, RBP, saved);
    caller.ip = ip;
    caller.sp = frame + 16;
    return { caller, how: 'frame pointer', guess: true };
  }

  private scan(file: RegisterFile, exact: boolean): Step | undefined {
    const judge = (address: number, entry: ModuleEntry): Verdict => this.judge(address, entry);
    const kept = this.frameBytes(file, exact);
    const beyond = kept === 0 ? undefined : scanStack(this.space, file.sp + kept, NEAR_WORDS, 8, judge);
    const found = beyond ?? scanStack(this.space, file.sp, SCAN_WORDS, 8, judge);
    if (!found) return undefined;
    const caller = callerFile(file, LAYOUT);
    // nothing says which registers the skipped functions changed
    caller.known = 0;
    caller.ip = found.address;
    caller.sp = found.slot + 8;
    return { caller, how: 'scan', guess: true };
  }

  /** What symbols say that the frame holds below its return address; 0 where they say nothing. */
  private frameBytes(file: RegisterFile, exact: boolean): number {
    const entry = this.space.modules.find(file.ip);
    const rva = file.ip - (entry?.base ?? 0) - (exact ? 0 : 1);
    return (entry && this.space.unwindOf(entry.module)?.frameBytes?.(rva)) ?? 0;
  }

  private judge(address: number, entry: ModuleEntry): Verdict {
    const site = callBefore(this.space.code, address, 8);
    if (site === 'none') return 'no';
    if (site === 'unknown' && !symbolsAllowReturn(this.space, entry, address)) return 'no';
    // a function that calls has unwind data, where its image has any
    return coverageX64(this.space, entry.end > address ? address - 1 : address) === 'leaf' ? 'no' : 'maybe';
  }
}
