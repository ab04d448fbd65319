import type { ExceptionRecord, RegisterContext } from '../../target/index.ts';
import { ExceptionCode } from '../exceptions/index.ts';
import type { CrashInput } from './crashInput.ts';
import { isCanonical } from './judgeValue.ts';
import type { Access, AccessKind, FaultingInstruction } from './model.ts';
import { placeOf } from './placeOf.ts';

/** Parameters of access violations and in-page errors: what was tried (winnt.h). */
const KINDS: Readonly<Record<string, AccessKind>> = { 0: 'read', 1: 'write', 8: 'execute' };

/**
 * What was read, written or executed. The processor does not tell a non-canonical address: Windows then reports -1, and
 * the instruction's operand says which it was. On processors without execute protection a jump to a bad address is
 * reported as a read of the instruction's own address.
 */
export function accessOf(
  input: CrashInput,
  record: ExceptionRecord,
  registers: RegisterContext | undefined,
  faulting: FaultingInstruction | undefined,
): Access | undefined {
  const code = record.code >>> 0;
  if (code !== ExceptionCode.AccessViolation && code !== ExceptionCode.InPageError) return undefined;
  const [first, reported] = record.parameters;
  if (first === undefined || reported === undefined) return undefined;
  const kind = KINDS[first.toString()];
  const machine = registers?.machine ?? input.machine;
  const bits = machine.pointerSize * 8;
  const unsigned = BigInt.asUintN(bits, reported);
  if (kind === undefined) return undefined;
  if (kind === 'read' && registers && unsigned === registers.ip) {
    const evidence = 'the address that could not be read is that of the instruction itself';
    return {
      kind: 'execute',
      reported,
      address: unsigned,
      place: placeOf(input, machine, unsigned),
      evidence,
    };
  }
  const operand = faulting?.operand;
  const unknown = unsigned === BigInt.asUintN(bits, -1n);
  if (unknown && operand && bits === 64 && !isCanonical(operand.address)) {
    const memory = faulting.instruction?.memory;
    const writes = memory?.write === true && !memory.read;
    const own = writes ? 'write' : kind;
    const evidence = `the exception is a ${kind} of -1, as it is of all non-canonical addresses; the instruction ${own}s its operand at 0x${operand.address.toString(16)}`;
    const place = placeOf(input, machine, operand.address);
    return { kind: own, reported, address: operand.address, place, evidence };
  }
  const place = placeOf(input, machine, unsigned);
  return { kind, reported, address: unsigned, place, evidence: 'parameters of the exception' };
}
