import { hexAddress } from '../../bytes/index.ts';
import { exceptionName, frameLabel, type NamedFrame } from '../../analysis/index.ts';
import { plainOperands } from '../../disasm/index.ts';
import type { AnalyzeModel } from './analyzeModel.ts';

/** The short triage of the JSON output: what, where, whose, why, and the stack. */
export function analyzeData({ analysis, exception: printed, args }: AnalyzeModel) {
  const { exception, access, instruction, blame, bucket, suspects, frames, thread, trace } = analysis;
  const address = exception?.record.address;
  const module = frames[0]?.module;
  return {
    exception: exception && {
      code: hexAddress(exception.record.code >>> 0),
      name: exceptionName(exception.record.code),
      address: hexAddress(exception.record.address),
      flags: hexAddress(exception.record.flags >>> 0),
      parameters: exception.record.parameters.map((p) => hexAddress(p)),
      threadId: hexAddress(exception.threadId),
      source: exception.source,
      record: exception.recordAddress === undefined ? undefined : hexAddress(exception.recordAddress),
      context: exception.contextAddress === undefined ? undefined : hexAddress(exception.contextAddress),
      cpp: printed?.cpp && {
        types: printed.cpp.types.map((t) => t.name),
        what: printed.cpp.what,
        value: printed.cpp.value,
      },
    },
    machine: analysis.machine.kind,
    thread: thread && { index: thread.index, id: hexAddress(thread.id) },
    address: address === undefined ? undefined : hexAddress(address),
    module: module?.fileName,
    offset: module && frames[0] ? hexAddress(frames[0].frame.instruction - module.base) : undefined,
    access: access && {
      kind: access.kind,
      address: hexAddress(access.address),
      place: access.place.kind,
      text: access.place.text,
      module: access.place.module?.fileName,
      evidence: access.evidence,
    },
    instruction: instruction && {
      address: hexAddress(instruction.address),
      text: instruction.instruction?.valid
        ? `${instruction.instruction.mnemonic} ${plainOperands(instruction.instruction)}`.trim()
        : undefined,
      operand: instruction.operand && {
        address: hexAddress(instruction.operand.address),
        size: instruction.operand.size,
        value: instruction.operand.value === undefined ? undefined : hexAddress(instruction.operand.value),
      },
      registers: instruction.registers.map((r) => ({
        name: r.name,
        value: hexAddress(r.value),
        verdict: r.verdict,
        text: r.text,
      })),
    },
    signature: bucket.id,
    problemClass: bucket.problemClass,
    blamed: blame && {
      index: blame.frame.frame.index,
      symbol: blame.symbol,
      how: blame.frame.frame.how,
      ...frameFields(blame.frame),
      passedOver: blame.skipped.map((s) => ({ frame: frameLabel(s.frame), why: s.why })),
    },
    suspects: suspects.map((s) => ({ ...s })),
    waits: analysis.isHang
      ? analysis.waits.map((w) => ({
          thread: w.thread.index,
          id: hexAddress(w.thread.id),
          function: w.function,
          reason: w.reason,
          idle: w.idle,
          section: w.section === undefined ? undefined : hexAddress(w.section),
          owner: w.owner && hexAddress(w.owner.id),
        }))
      : undefined,
    stack: frames.slice(0, args.length).map((f) => ({
      index: f.frame.index,
      instruction: hexAddress(f.frame.instruction),
      frame: hexAddress(f.frame.frame),
      ...frameFields(f),
    })),
    frames: frames.length,
    end: trace.end,
  };
}

function frameFields({ module, function: name, displacement, source }: NamedFrame) {
  return {
    module: module?.fileName,
    function: name,
    displacement: module === undefined ? undefined : hexAddress(displacement),
    source: source && { file: source.file, line: source.line },
  };
}
