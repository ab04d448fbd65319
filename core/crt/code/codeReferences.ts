import { type Address, type AddressRange, type Memory, readUpTo } from '../../target/index.ts';

/** A place in code where an address of interest stands: in an instruction's displacement or immediate. */
export interface CodeReference {
  /** where the four bytes stand, not where their instruction begins */
  readonly at: number;
  /** the address they mean */
  readonly target: number;
}

/** More than any program's calls of a handful of functions; bytes can look like calls, and dumps are hostile. */
const MAX_REFERENCES = 0x10000;
/** x64: the modrm byte of [rip+disp32] with its register field left out */
const RIP_RELATIVE = 0x05;
const RIP_MASK = 0xc7;
/** x64 opcodes that call, jump or load through an import slot: FF /2, FF /4, 8B */
const GROUP_5 = 0xff;
const MOV_LOAD = 0x8b;

/**
 * Where code within a range names one of a set of addresses: absolute 32-bit addresses on x86, rip-relative operands of
 * calls, jumps and loads on x64. A first sieve over raw bytes, so that only what matters is disassembled.
 */
export function findReferences(
  memory: Memory,
  range: AddressRange,
  targets: ReadonlySet<number>,
  pointerSize: 4 | 8,
): CodeReference[] {
  const found: CodeReference[] = [];
  if (targets.size === 0) return found;
  const sieve = pointerSize === 4 ? absoluteIn : ripRelativeIn;
  for (const { base, bytes } of memory.windows(range)) {
    sieve(bytes, Number(base), targets, found);
    // windows may meet within an instruction
    const joint = base + BigInt(bytes.length);
    if (joint < range.end && found.length < MAX_REFERENCES) acrossJoint(joint, bytes.length);
  }
  return found;

  function acrossJoint(joint: Address, before: number): void {
    const start = joint - BigInt(Math.min(before, 5));
    const bytes = readUpTo(memory, start, 10);
    const inner: CodeReference[] = [];
    sieve(bytes, Number(start), targets, inner);
    for (const r of inner) if (r.at < Number(joint) && r.at + 4 > Number(joint)) found.push(r);
  }
}

/** Direct calls and jumps (E8, E9) to one of a set of addresses. */
export function findBranches(
  memory: Memory,
  range: AddressRange,
  targets: ReadonlySet<number>,
): CodeReference[] {
  const found: CodeReference[] = [];
  if (targets.size === 0) return found;
  for (const { base, bytes } of memory.windows(range)) {
    const start = Number(base);
    for (let i = 0; i + 5 <= bytes.length && found.length < MAX_REFERENCES; i++) {
      if (((bytes[i] ?? 0) & 0xfe) !== 0xe8) continue;
      const target = start + i + 5 + dword(bytes, i + 1);
      if (targets.has(target)) found.push({ at: start + i + 1, target });
    }
  }
  return found;
}

function absoluteIn(
  bytes: Uint8Array,
  base: number,
  targets: ReadonlySet<number>,
  found: CodeReference[],
): void {
  const { low, high } = boundsOf(targets);
  // the addresses lie close together: nearly always they share their upper half
  const isClose = low >>> 16 === high >>> 16;
  const b2 = (low >>> 16) & 0xff;
  const b3 = low >>> 24;
  const end = bytes.length - 4;
  for (let i = 0; i <= end; i++) {
    if (isClose && (bytes[i + 3] !== b3 || bytes[i + 2] !== b2)) continue;
    const value = dword(bytes, i) >>> 0;
    if (value < low || value > high || !targets.has(value)) continue;
    if (found.length >= MAX_REFERENCES) return;
    found.push({ at: base + i, target: value });
  }
}

function ripRelativeIn(
  bytes: Uint8Array,
  base: number,
  targets: ReadonlySet<number>,
  found: CodeReference[],
): void {
  const { low, high } = boundsOf(targets);
  const end = bytes.length - 5;
  let opcode: number | undefined = bytes[0];
  for (let i = 1; i <= end; i++) {
    // the index is within the bytes: no check for each of millions
    const modrm = bytes[i] as number;
    if ((modrm & RIP_MASK) === RIP_RELATIVE && (opcode === GROUP_5 || opcode === MOV_LOAD)) {
      const target = base + i + 5 + dword(bytes, i + 1);
      if (target >= low && target <= high && targets.has(target)) {
        if (found.length >= MAX_REFERENCES) return;
        found.push({ at: base + i + 1, target });
      }
    }
    opcode = modrm;
  }
}

function boundsOf(targets: ReadonlySet<number>): { low: number; high: number } {
  let low = Infinity;
  let high = 0;
  for (const t of targets) {
    low = Math.min(low, t);
    high = Math.max(high, t);
  }
  return { low, high };
}

function dword(b: Uint8Array, at: number): number {
  return (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24);
}
