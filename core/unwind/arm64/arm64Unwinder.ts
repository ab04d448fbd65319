import type { WalkEnd } from '../frame.ts';
import {
  callerFile,
  REGISTER_LAYOUTS,
  registerAddress,
  setRegister,
  type RegisterFile,
} from '../registerFile.ts';
import { SCAN_WORDS, scanStack, type Verdict } from '../scanStack.ts';
import type { Step, Unwinder, WalkSpace } from '../walkSpace.ts';
import { stripSignature } from './pointerSignature.ts';
import { coverageArm64, leafArm64, unwindArm64 } from './unwindArm64.ts';
import { stepByModuleCfi } from '../breakpad/stackCfi.ts';

const LAYOUT = REGISTER_LAYOUTS.arm64;
const FP = 29;
const LR = 30;

/** ARM64: unwind tables where there are any; else lr of a bad call, a chain of frame records, a scan. */
export class Arm64Unwinder implements Unwinder {
  constructor(private readonly space: WalkSpace) {}

  step(file: RegisterFile, exact: boolean): Step | WalkEnd {
    const byTables = unwindArm64(this.space, file, exact);
    if (byTables) return byTables;
    const byRules = stepByModuleCfi(this.space, file, exact, 'arm64');
    if (byRules) return byRules;
    if (exact) {
      const leaf = leafArm64(file);
      if (this.judge(leaf.caller.ip) !== 'no') return leaf;
    }
    const guess = this.frameRecord(file) ?? this.scan(file);
    if (guess) return guess;
    return this.space.stack.u64(file.sp) === undefined ? 'memory not in dump' : 'no caller found';
  }

  /** A frame record {fp, lr} at fp, as ABI-following code keeps it whether or not tables describe it. */
  private frameRecord(file: RegisterFile): Step | undefined {
    const { stack } = this.space;
    const frame = registerAddress(file, FP);
    if (!(frame >= file.sp) || frame % 8 !== 0) return undefined;
    const fp = stack.u64(frame);
    const saved = stack.u64(frame + 8);
    if (fp === undefined || saved === undefined) return undefined;
    const lr = stripSignature(saved);
    if (lr !== 0n && this.judge(Number(lr)) === 'no') return undefined;
    const caller = callerFile(file, LAYOUT);
    setRegister(caller, FP, fp);
    setRegister(caller, LR, lr);
    caller.ip = Number(lr);
    caller.sp = frame + 16;
    return { caller, how: 'frame pointer', guess: true };
  }

  private scan(file: RegisterFile): Step | undefined {
    const found = scanStack(this.space, file.sp, SCAN_WORDS, 8, (address) => this.judge(address));
    if (!found) return undefined;
    const caller = callerFile(file, LAYOUT);
    caller.known = 0;
    caller.ip = found.address;
    caller.sp = found.slot + 8;
    return { caller, how: 'scan', guess: true };
  }

  /** A return address follows a BL or BLR, in a function that has unwind data where its image has any. */
  private judge(address: number): Verdict {
    const entry = this.space.modules.find(address);
    if (!entry?.isCode(address) || address % 4 !== 0) return 'no';
    const call = this.space.code.u32(address - 4);
    if (call !== undefined && !isCall(call)) return 'no';
    return coverageArm64(this.space, address - 4) === 'leaf' ? 'no' : 'maybe';
  }
}

/** BL, BLR, and the authenticating forms BLRAA, BLRAB, BLRAAZ, BLRABZ (Arm ARM, C4.1). */
function isCall(instruction: number): boolean {
  if (instruction >>> 26 === 0x25) return true;
  return (instruction & 0xfffffc1f) >>> 0 === 0xd63f0000 || (instruction & 0xfefff800) >>> 0 === 0xd63f0800;
}
