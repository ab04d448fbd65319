import type { CrashAnalysis, Suspect } from '../../analysis/index.ts';
import { crashAnalysisOf } from '../../commands/analyze/index.ts';
import type { Session } from '../../commands/index.ts';
import { instructionText } from '../../disasm/index.ts';
import type { SummaryModel, TriageLineModel } from '../../protocol/index.ts';
import { asCommandCall, type PaneCall } from '../paneCall.ts';
import { codeName } from './codeName.ts';
import { missingSymbols } from './missingSymbols.ts';
import { hasRecord, stackOf } from './summaryStack.ts';

/** Why the process ended, in plain lines that each say what they rest on; what to mind; what to do next. */
export async function summaryPane(call: PaneCall): Promise<SummaryModel> {
  const { session } = call;
  const analysis = await crashAnalysisOf(asCommandCall(call), false, { sparing: true });
  return {
    triage: [
      ...(await whatLines(session, analysis)),
      ...whereLines(session, analysis),
      ...addressLines(analysis),
      ...blameLines(analysis),
      ...suspectLines(analysis.suspects),
      ...waitLines(analysis),
    ],
    ...stackOf(session, analysis),
    warnings: warningsOf(session, analysis),
    next: nextSteps(session, analysis),
  };
}

async function whatLines(
  session: Session,
  { exception, bucket, cpp }: CrashAnalysis,
): Promise<TriageLineModel[]> {
  const { target } = session;
  if (!exception) {
    if (target.threads.length === 0)
      return [
        {
          label: 'What',
          text: 'The dump has neither an exception nor threads: it does not say.',
          evidence: target.dump?.problems.length ? ['the file is damaged'] : [],
          command: '.dumpdebug',
        },
      ];
    const text = 'The dump was written without an exception: the process was running or hung.';
    return [{ label: 'What', text, evidence: [], command: '!analyze -hang' }];
  }
  const code = (exception.record.code >>> 0).toString(16).padStart(8, '0');
  const name = await codeName(session, exception.record.code);
  const thrown = cpp?.types[0]?.name;
  return [
    {
      label: 'What',
      text: `${name} (${code})${thrown ? `: ${thrown}` : ''}`,
      evidence: [`found in the ${exception.source}`, `bucket ${bucket.id}`],
      command:
        exception.recordAddress === undefined ? '.exr -1' : `.exr 0x${exception.recordAddress.toString(16)}`,
    },
  ];
}

function whereLines(
  session: Session,
  { exception, instruction, thread, machine }: CrashAnalysis,
): TriageLineModel[] {
  const at = instruction?.address ?? exception?.record.address;
  if (at === undefined) return [];
  const symbol = session.symbols.describe(at) ?? `0x${at.toString(16)}, in no module`;
  const source = session.symbols.line(at);
  const code = instruction?.instruction;
  const evidence: string[] = [];
  if (code?.valid) {
    const text = instructionText(code, { machine, symbols: session.symbols });
    evidence.push(text.replace(/\s+/g, ' ').trim());
  }
  if (source) evidence.push(`${source.file} @ ${source.line}`);
  const who = thread ? ` on thread ${thread.index}${thread.name ? ` (${thread.name})` : ''}` : '';
  return [{ label: 'Where', text: `${symbol}${who}`, evidence, command: `u 0x${at.toString(16)}` }];
}

function addressLines({ access, instruction }: CrashAnalysis): TriageLineModel[] {
  if (!access) return [];
  const verbs = { read: 'read', write: 'written', execute: 'executed' } as const;
  const judged = (instruction?.registers ?? [])
    .filter((r) => r.verdict !== 'plain')
    .map((r) => `${r.name} = 0x${r.value.toString(16)}: ${r.text}`);
  return [
    {
      label: 'Address',
      text: `0x${access.address.toString(16)} was ${verbs[access.kind]}: ${access.place.text}`,
      evidence: [access.evidence, ...judged],
      command: `!address 0x${access.address.toString(16)}`,
    },
  ];
}

function blameLines({ blame, exception }: CrashAnalysis): TriageLineModel[] {
  // without an exception nothing failed that somebody could be blamed for
  if (!blame || !exception) return [];
  const { frame, symbol, skipped, isFallback } = blame;
  const source = frame.source && `${frame.source.file} @ ${frame.source.line}`;
  const passed = skipped
    .slice(0, 3)
    .map((s) => `passed over ${s.frame.function ?? s.frame.module?.name ?? '?'}: ${s.why}`);
  return [
    {
      label: 'Whose',
      text: `${symbol}${frame.module ? ` of ${frame.module.fileName}` : ''}`,
      certainty: isFallback ? 'possible' : 'likely',
      evidence: [...(source ? [source] : []), ...passed],
      // the frame is one of the exception's stack, which .ecxr goes to
      command: hasRecord(exception) ? `.ecxr; .frame ${frame.frame.index}` : undefined,
    },
  ];
}

function suspectLines(suspects: readonly Suspect[]): TriageLineModel[] {
  return suspects.slice(0, 2).map(({ statement, certainty, evidence }) => ({
    label: 'Why',
    text: `${statement.charAt(0).toUpperCase()}${statement.slice(1)}`,
    certainty,
    evidence,
  }));
}

function waitLines({ waits, deadlocks, isHang }: CrashAnalysis): TriageLineModel[] {
  if (!isHang) return [];
  const lines: TriageLineModel[] = deadlocks.slice(0, 1).map((d) => ({
    label: 'Waits',
    text: `Threads ${d.waits.map((w) => w.thread.index).join(', ')} wait for each other in a circle`,
    certainty: 'certain',
    evidence: d.waits.map((w) => w.evidence),
    command: '!locks',
  }));
  const busy = waits.filter((w) => !w.idle);
  if (busy.length > 0) {
    lines.push({
      label: 'Waits',
      text:
        busy.length === 1
          ? 'One thread waits for something of the process'
          : `${busy.length} threads wait for something of the process`,
      evidence: busy.slice(0, 4).map((w) => `thread ${w.thread.index}: ${w.reason}`),
      command: '!uniqstack',
    });
  }
  return lines;
}

/** What keeps the stack from saying more. Problems of the file itself are the dump's facts (`DumpModel.problems`). */
function warningsOf(session: Session, { frames }: CrashAnalysis): SummaryModel['warnings'] {
  const warnings: { text: string; todo?: string; command?: string }[] = [];
  const seen = new Set<string>();
  for (const { module } of frames) {
    if (!module || seen.has(module.name)) continue;
    seen.add(module.name);
    const missing = missingSymbols(session, module);
    if (!missing) continue;
    const names = session.symbols.status(module) === 'export' ? ', names are the nearest exports' : '';
    warnings.push({
      text: `No symbols for ${module.name}, which is on this stack: ${missing.why}${names}.`,
      todo: missing.todo,
      command: `lmvm ${module.name}`,
    });
  }
  return warnings;
}

/** Of a file without threads. */
const STEPS_OF_A_RUIN = [
  { command: '.dumpdebug', why: 'what streams the file has, and what is wrong with them' },
  { command: 'lm', why: 'modules, if there are any' },
];

function nextSteps(session: Session, { exception, isHang, suspects }: CrashAnalysis): SummaryModel['next'] {
  if (session.target.threads.length === 0) return STEPS_OF_A_RUIN;
  const steps: { command: string; why: string }[] = [
    { command: '!analyze -v', why: 'the whole analysis' },
    ...(exception && hasRecord(exception)
      ? [{ command: '.ecxr; k', why: 'the stack at the exception' }]
      : []),
    ...(isHang
      ? [
          { command: '!uniqstack', why: 'all different stacks' },
          { command: '!locks', why: 'who holds what' },
        ]
      : []),
  ];
  const heap = suspects.some((s) => /heap|free|block/i.test(s.kind));
  if (heap) steps.push({ command: '!heap -triage', why: 'what is damaged in the heap' });
  steps.push({ command: '!crt', why: 'which C runtimes there are, and who may free what' });
  if (session.target.machines.length > 1)
    steps.push({ command: '!wow64exts.sw', why: 'the other view of the process' });
  return steps;
}
