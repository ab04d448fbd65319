import type { Machine } from './machine.ts';
import { MACHINES } from './machine.ts';
import { readPointer, readStruct, readU32, tryRead, type Address, type Memory } from './memory.ts';
import { ContextRecord, contextSize, type RegisterContext } from './registers/index.ts';

/*
 * A 32-bit process on 64-bit Windows, seen from a 64-bit dump. Offsets: PDB-UNWIND.md section 6; _TEB of the Windows
 * 7 to 11 x64 layouts (TlsSlots at 0x1480, WowTebOffset at 0x180c since Windows 10), _TEB32 (ProcessEnvironmentBlock
 * at 0x30, NtTib.Self at 0x18).
 */
const TEB64_TLS_SLOT_1 = 0x1488n; // WOW64_TLS_CPURESERVED
const TEB64_WOW_TEB_OFFSET = 0x180cn;
const TEB32_SELF = 0x18n;
const TEB32_PEB = 0x30n;
const DEFAULT_TEB32_OFFSET = 0x2000n; // sizeof(TEB64), 0x1838 or 0x1850, rounded up to pages
const FOUR_GIB = 1n << 32n;

/** The 32-bit TEB that belongs to a 64-bit one, told by its Self pointer. */
export function teb32Of(memory: Memory, teb64: Address): Address | undefined {
  const candidates: Address[] = [];
  const list = tryRead(() => readPointer(memory, teb64, 8)); // NtTib.ExceptionList holds it
  if (list) candidates.push(list);
  const offset = tryRead(() => readU32(memory, teb64 + TEB64_WOW_TEB_OFFSET));
  if (offset) candidates.push(teb64 + BigInt(offset | 0));
  candidates.push(teb64 + DEFAULT_TEB32_OFFSET);
  return candidates.find(
    (teb) => teb > 0n && teb < FOUR_GIB && tryRead(() => readU32(memory, teb + TEB32_SELF)) === Number(teb),
  );
}

/** The 32-bit PEB that a 32-bit TEB names. */
export function peb32Of(memory: Memory, teb32: Address): Address | undefined {
  const peb = tryRead(() => readU32(memory, teb32 + TEB32_PEB));
  return peb ? BigInt(peb) : undefined;
}

/** The registers that the 32-bit side had when the thread left it, from the WOW64 CPU area. */
export function context32Of(memory: Memory, teb64: Address): RegisterContext | undefined {
  const area = tryRead(() => readPointer(memory, teb64 + TEB64_TLS_SLOT_1, 8));
  if (!area) return undefined;
  return tryRead(() => {
    const header = readStruct(memory, area, 4);
    const machine: Machine = MACHINES.x86;
    // WOW64_CPURESERVED: Flags, Machine; the CONTEXT follows. Windows 7 has no Machine there but the same place.
    if (header.u16(2) !== machine.imageMachine && header.u16(2) !== 0) return undefined;
    const context = new ContextRecord(machine, memory.read(area + 4n, contextSize(machine)));
    return context.ip === 0n && context.sp === 0n ? undefined : context;
  });
}
