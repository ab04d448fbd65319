import { hex } from '../../bytes/index.ts';
import {
  ExceptionCode,
  failFastName,
  frameLabel,
  threadName,
  type NamedFrame,
} from '../../analysis/index.ts';
import { plainOperands } from '../../disasm/index.ts';
import { formatAddress, formatFlat, span, type Output, pointer, type Part } from '../../output/index.ts';
import { exceptionLines } from '../exceptions/index.ts';
import { sourceParts } from '../sourceParts.ts';
import { registerLines } from '../registers/index.ts';
import { formatError } from '../errors/errorLine.ts';
import { WARNINGS } from '../stack/index.ts';
import type { AnalyzeModel, ArgumentWords } from './analyzeModel.ts';

const STARS = '*'.repeat(79);
/** Frames that were passed over on the way to the blamed one and are named. */
const SHOWN_SKIPPED = 8;
const ACCESS_TITLES = { read: 'READ_ADDRESS', write: 'WRITE_ADDRESS', execute: 'EXECUTE_ADDRESS' } as const;

/**
 * The text of !analyze: WinDbg's sections in its order (samples.md section 10, and transcripts of current engines).
 * SUSPECTS, BLAMED_FRAME, the lines under addresses and THREAD_WAITS are ours.
 */
export function printAnalysis(model: AnalyzeModel, out: Output): void {
  banner(out);
  if (model.verbose) printKeys(model, out);
  if (model.verbose) printProcess(model, out);
  printContext(model, out);
  printException(model, out);
  printFault(model, out);
  printSuspects(model, out);
  printWaits(model, out);
  if (model.verbose) printStack(model, out);
  printBlame(model, out);
  if (model.verbose) printSystem(model, out);
  out.line('Followup:     MachineOwner');
  out.line('---------');
  out.line('');
  if (!model.verbose) out.line('Use !analyze -v to get detailed debugging information.');
}

function banner(out: Output): void {
  const title = 'Exception Analysis';
  out.line(STARS);
  out.line(`*${' '.repeat(77)}*`);
  out.line(`*${title.padStart(42).padEnd(77)}*`);
  out.line(`*${' '.repeat(77)}*`);
  out.line(STARS);
  out.line('');
}

function section(out: Output, title: string, value: string): void {
  out.line(span(`${title}:`, 'heading'), `  ${value}`);
  out.line('');
}

function printKeys(model: AnalyzeModel, out: Output): void {
  const { analysis } = model;
  const { bucket, access, exception } = analysis;
  const keys: [string, string | undefined][] = [
    ['AV.Dereference', bucket.dereference],
    ['AV.Fault', access && access.kind.charAt(0).toUpperCase() + access.kind.slice(1)],
    ['Failure.Bucket', bucket.id],
  ];
  if (exception && exception.record.code >>> 0 === ExceptionCode.FailFast) {
    const [subcode] = exception.record.parameters;
    const name = subcode === undefined ? undefined : failFastName(subcode);
    keys.splice(
      2,
      0,
      ['FailFast.Name', name?.replace(/^FAST_FAIL_/, '')],
      ['FailFast.Type', subcode?.toString()],
    );
  }
  keys.push(
    ['Timeline.Process.Start.DeltaSec', model.processUptimeSeconds?.toString()],
    ['WER.OS.Branch', model.os.branch],
    ['WER.OS.Version', model.os.version],
    ['WER.Process.Version', model.processVersion],
  );
  out.line('');
  out.line(span('KEY_VALUES_STRING: 1', 'heading'));
  out.line('');
  for (const [key, value] of keys) {
    if (value === undefined) continue;
    out.line(`    Key  : ${key}`);
    out.line(`    Value: ${value}`);
    out.line('');
  }
  out.line('');
}

function printProcess(model: AnalyzeModel, out: Output): void {
  section(out, 'FILE_IN_CAB', model.dumpName);
  if (model.comment) {
    out.line(span('COMMENT:', 'heading'), '  ');
    for (const line of model.comment.split(/\r?\n/)) out.line(line);
    out.line('');
  }
  if (model.globalFlag !== undefined) section(out, 'NTGLOBALFLAG', model.globalFlag.toString(16));
}

function printContext(model: AnalyzeModel, out: Output): void {
  const { exception, thread, machine } = model.analysis;
  const registers = exception?.registers ?? thread?.context(machine);
  if (!registers || !model.verbose) return;
  const { contextAddress } = exception ?? {};
  if (!exception)
    out.line(span('CONTEXT:', 'heading'), `  ${thread ? threadName(thread) : 'the current context'}`);
  else if (contextAddress === undefined) out.line(span('CONTEXT:', 'heading'), '  (.ecxr)');
  else {
    const digits = formatFlat(contextAddress, machine.pointerSize);
    const link = `.cxr 0x${contextAddress.toString(16)}`;
    out.line(span('CONTEXT:', 'heading'), `  ${digits} -- (`, span(link, undefined, link), ')');
  }
  for (const line of registerLines(registers)) out.line(...line);
  for (const line of model.where) out.line(...line);
  out.line('Resetting default scope');
  out.line('');
}

function printException(model: AnalyzeModel, out: Output): void {
  const { analysis, exception } = model;
  const found = analysis.exception;
  if (!found || !exception) {
    section(out, 'EXCEPTION_RECORD', 'none: the dump has no exception, and no stack holds one');
    return;
  }
  const { recordAddress } = found;
  if (recordAddress === undefined) out.line(span('EXCEPTION_RECORD:', 'heading'), '  (.exr -1)');
  else {
    const digits = formatFlat(recordAddress, analysis.machine.pointerSize);
    const link = `.exr 0x${recordAddress.toString(16)}`;
    out.line(span('EXCEPTION_RECORD:', 'heading'), `  ${digits} -- (`, span(link, undefined, link), ')');
    out.line(`(found: ${found.source}; the dump has no exception stream)`);
  }
  for (const line of exceptionLines(exception)) out.line(...line);
  out.line('');
}

function printFault(model: AnalyzeModel, out: Output): void {
  const { analysis, error } = model;
  const { exception, access, machine, thread } = analysis;
  if (model.verbose && model.processName) section(out, 'PROCESS_NAME', model.processName);
  if (model.verbose && thread) {
    section(out, 'FAULTING_THREAD', thread.id.toString(16).padStart(8, '0'));
  }
  if (access) {
    out.line(
      span(`${ACCESS_TITLES[access.kind]}:`, 'heading'),
      `  ${formatFlat(access.address, machine.pointerSize)} `,
    );
    out.line(`    ${access.place.text}`);
    if (access.address !== BigInt.asUintN(machine.pointerSize * 8, access.reported))
      out.line(`    ${access.evidence}`);
    out.line('');
  }
  printInstruction(model, out);
  if (!exception || !model.verbose) return;
  if (error) {
    out.line(span('ERROR_CODE:', 'heading'), ` ${formatError(error, false)}`);
    out.line('');
  }
  section(out, 'EXCEPTION_CODE_STR', hex(exception.record.code >>> 0));
  exception.record.parameters.forEach((p, k) => {
    section(out, `EXCEPTION_PARAMETER${k + 1}`, formatFlat(p, machine.pointerSize));
  });
}

function printInstruction({ analysis, faultingIp }: AnalyzeModel, out: Output): void {
  const { instruction, machine, exception } = analysis;
  if (!instruction || !exception) return;
  out.line(span('FAULTING_IP:', 'heading'), ' ');
  for (const line of faultingIp) out.line(...line);
  const { operand } = instruction;
  const i = instruction.instruction;
  if (i?.valid && operand && operand.size > 0) {
    const value = operand.value === undefined ? 'not in the dump' : `0x${operand.value.toString(16)}`;
    const text = `${i.mnemonic} ${plainOperands(i)}`.trim();
    out.line(
      `    the operand of \`${text}\` is at ${formatFlat(operand.address, machine.pointerSize)}, ${operand.size} bytes, value ${value}`,
    );
  }
  for (const r of instruction.registers) out.line(`    ${r.name} is ${r.text}`);
  out.line('');
}

function printSuspects({ analysis, verbose }: AnalyzeModel, out: Output): void {
  out.line(span('SUSPECTS:', 'heading'), analysis.suspects.length === 0 ? '  none' : '');
  for (const { kind, certainty, statement, evidence } of analysis.suspects) {
    out.line(`    ${kind} (${certainty}): ${statement}`);
    if (verbose) for (const text of evidence) out.line(`        ${text}`);
  }
  out.line('');
}

function printWaits({ analysis }: AnalyzeModel, out: Output): void {
  if (!analysis.isHang) return;
  out.line(span('THREAD_WAITS:', 'heading'), analysis.waits.length === 0 ? '  none seen' : '');
  for (const wait of analysis.waits) {
    const link = `~~[${wait.thread.id.toString(16)}]k`;
    out.line(
      '    ',
      span(threadName(wait.thread), undefined, link),
      `${wait.idle ? ', idle' : ''}: waits for ${wait.reason}`,
    );
  }
  out.line('');
}

function printStack({ analysis, args, showsLines }: AnalyzeModel, out: Output): void {
  const { frames, machine, trace } = analysis;
  out.line(span('STACK_TEXT:', 'heading'), '  ');
  args.forEach((words, k) => {
    const frame = frames[k];
    if (!frame) return;
    const { warning } = frame.frame;
    if (warning) out.line(span(WARNINGS[warning], 'warning'));
    out.line(...stackRow(frame, words, machine.pointerSize, showsLines));
  });
  if (frames.length > args.length) out.line(`... ${frames.length - args.length} more frames`);
  if (frames.length === 0) out.line(`no frames: ${trace.end}`);
  out.line('');
  out.line('');
}

/** As kb has it; on 64-bit machines with five blanks behind the return address, as current engines print it here. */
function stackRow(named: NamedFrame, words: ArgumentWords, size: 4 | 8, showsLines: boolean): Part[] {
  const { frame, source } = named;
  const place = frame.lookup;
  const label: Part[] = [
    span(frameLabel(named), 'symbol', `u 0x${frame.instruction.toString(16)}`),
    ...sourceParts(showsLines ? source : undefined, place),
  ];
  if (frame.inline) {
    const blank = size === 4 ? '--------' : '--------`--------';
    return size === 4
      ? [`(Inline) ${blank} ${`${blank} `.repeat(3)}`, ...label]
      : [`(Inline Function) ${blank}     : ${`${blank} `.repeat(4)}: `, ...label];
  }
  const at = (value: bigint): Part => pointer(value, formatAddress(value, size));
  const missing = span(size === 4 ? '????????' : '????????`????????', 'missing');
  const columns = words.flatMap((w) => [w === undefined ? missing : at(w), ' ']);
  const head = [at(frame.frame), ' ', at(frame.returnAddress ?? 0n)];
  return size === 4 ? [...head, ' ', ...columns, ...label] : [...head, '     : ', ...columns, ': ', ...label];
}

function printBlame({ analysis, verbose }: AnalyzeModel, out: Output): void {
  const { blame, bucket, exception, thread } = analysis;
  const source = blame?.frame.source;
  if (verbose && source) {
    section(out, 'FAULTING_SOURCE_LINE', source.file);
    section(out, 'FAULTING_SOURCE_FILE', source.file);
    section(out, 'FAULTING_SOURCE_LINE_NUMBER', String(source.line));
  }
  if (blame) {
    const { frame, skipped, isFallback } = blame;
    out.line(
      span('BLAMED_FRAME:', 'heading'),
      `  ${frame.frame.index.toString(16).padStart(2, '0')} ${frameLabel(frame)}`,
    );
    if (frame.frame.how === 'scan')
      out.line('    found among the words of the stack, without unwind information: it may be a leftover');
    if (isFallback)
      out.line('    every frame is of the system or a runtime: the innermost one stands for them');
    if (verbose) {
      for (const { frame: passed, why } of skipped.slice(0, SHOWN_SKIPPED)) {
        out.line(
          `    passed over ${passed.frame.index.toString(16).padStart(2, '0')} ${frameLabel(passed)}: ${why}`,
        );
      }
      if (skipped.length > SHOWN_SKIPPED) out.line(`    and ${skipped.length - SHOWN_SKIPPED} more`);
    }
    out.line('');
    section(out, 'SYMBOL_NAME', blame.symbol);
    if (frame.module) {
      out.line(span('MODULE_NAME:', 'heading'), ` ${frame.module.name}`);
      out.line('');
      section(out, 'IMAGE_NAME', frame.module.fileName);
      if (verbose) section(out, 'DEBUG_FLR_IMAGE_TIMESTAMP', hex(frame.module.timestamp));
    }
  }
  if (thread) section(out, 'STACK_COMMAND', stackCommand(thread.index, exception));
  section(out, 'FAILURE_BUCKET_ID', bucket.id);
}

function stackCommand(thread: number, exception: AnalyzeModel['analysis']['exception']): string {
  if (!exception) return `~${thread}s ; kb`;
  const { contextAddress } = exception;
  const context = contextAddress === undefined ? '.ecxr' : `.cxr 0x${contextAddress.toString(16)}`;
  return `~${thread}s ; ${context} ; kb`;
}

function printSystem({ os }: AnalyzeModel, out: Output): void {
  section(out, 'OS_VERSION', os.version);
  if (os.branch) section(out, 'BUILDLAB_STR', os.branch);
  section(out, 'OSPLATFORM_TYPE', os.platform);
  section(out, 'OSNAME', os.name);
}
