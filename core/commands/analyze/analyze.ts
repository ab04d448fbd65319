import { exceptionName, type CrashAnalysis } from '../../analysis/index.ts';
import { instructionLine } from '../../disasm/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatAddress, span, type Part } from '../../output/index.ts';
import { loadErrorTexts, readPeb } from '../../process/index.ts';
import { readPointer, tryRead } from '../../target/index.ts';
import { systemModel } from '../basics/index.ts';
import { exceptionModel } from '../exceptions/index.ts';
import { whereLines } from '../registers/index.ts';
import { command, type Call } from '../command.ts';
import { formatError } from '../errors/errorLine.ts';
import { viewOf } from '../process/index.ts';
import type { Session } from '../session.ts';
import { showsLines } from '../settings.ts';
import { analyzeData } from './analyzeData.ts';
import type { AnalyzeModel, ArgumentWords } from './analyzeModel.ts';
import { sourceParts } from '../sourceParts.ts';
import { printAnalysis } from './analyzeText.ts';
import { crashAnalysisOf } from './crashAnalysisOf.ts';

/** Frames of STACK_TEXT; the rest is told by number. */
const SHOWN_FRAMES = 50;

type Model =
  | ({ readonly kind: 'analysis' } & AnalyzeModel)
  | { readonly kind: 'code'; readonly lines: readonly string[] };

interface Options {
  readonly verbose: boolean;
  readonly hang: boolean;
  readonly show?: string;
}

export const analyze = command<Model>({
  name: '!analyze',
  aliases: ['!ext.analyze'],
  tier: 'A',
  syntax: ['!analyze [-v] [-f | -hang]', '!analyze -show Code'],
  summary: 'Says why the process ended or hangs, with the evidence for each statement.',
  options: [
    { flag: '-v', meaning: 'all sections' },
    { flag: '-f', meaning: 'analyses the event even where it is no exception (always so here)' },
    { flag: '-hang', meaning: 'what threads wait for, and locks that are held in a circle' },
    { flag: '-show Code', meaning: 'what an exception or status code means' },
  ],
  helpOption: '-help',
  run,
  print: (model, out) => {
    if (model.kind === 'code') for (const line of model.lines) out.line(line);
    else printAnalysis(model, out);
  },
  data: (model) => (model.kind === 'code' ? { lines: model.lines } : analyzeData(model)),
});

async function run(call: Call): Promise<Model> {
  const options = readOptions(call.args);
  if (options.show !== undefined) return { kind: 'code', lines: await explainCode(call, options.show) };
  const analysis = await crashAnalysisOf(call, options.hang);
  return { kind: 'analysis', ...(await modelOf(call.session, analysis, options)) };
}

function readOptions(args: string): Options {
  let verbose = false;
  let hang = false;
  const words = args.split(/\s+/).filter((w) => w !== '');
  for (let k = 0; k < words.length; k++) {
    const word = words[k] ?? '';
    if (/^-v{1,2}\d*$/.test(word)) verbose = true;
    else if (word === '-hang') hang = true;
    else if (word === '-show') return { verbose, hang, show: words[k + 1] ?? '' };
    else if (/^-x(?:ml|mi|cs|mf)$/.test(word))
      throw new UsageError(
        `!analyze ${word} is not written here: --json gives the analysis as data`,
        'not-applicable',
      );
    else if (word === '-c')
      throw new UsageError(
        '!analyze -c reads files of known issues, whose format is not documented: .foreach and .if say the same in a script',
        'not-applicable',
      );
    else if (word !== '-f' && word !== '-D')
      throw new UsageError(`!analyze has no option ${word}; it has -v, -f, -hang and -show Code`);
  }
  return { verbose, hang };
}

/** `!analyze -show c0000005`: what the code means. */
async function explainCode({ session }: Call, text: string): Promise<string[]> {
  if (text === '') throw new UsageError('!analyze -show takes a code');
  const code = Number(BigInt.asUintN(32, session.evaluator.evaluate(text)));
  const texts = await loadErrorTexts();
  const status = texts.ntstatus(code);
  const name = exceptionName(code) ?? status.name;
  return [`${name ?? 'Unknown code'} (${code.toString(16)})`, formatError(status, false)];
}

async function modelOf(
  session: Session,
  analysis: CrashAnalysis,
  { verbose }: Options,
): Promise<AnalyzeModel> {
  const { target } = session;
  const { exception, machine, frames } = analysis;
  const registers = exception?.registers ?? analysis.thread?.context(machine);
  const texts = exception ? await loadErrorTexts() : undefined;
  const main = target.modules.at(0);
  const system = systemModel(session);
  const { os } = target.system;
  return {
    analysis,
    verbose,
    exception: exception && exceptionModel(session, exception.record, machine),
    error: exception && texts?.ntstatus(exception.record.code),
    where: registers ? await whereLines(session, registers) : [],
    faultingIp: faultingIp(session, analysis),
    showsLines: showsLines(session),
    args: frames
      .slice(0, SHOWN_FRAMES)
      .map(({ frame }) => argumentsAt(session, frame.parameters, machine.pointerSize)),
    dumpName: target.name.split(/[\\/]/).at(-1) ?? '',
    processName: main?.fileName,
    processVersion: main?.version?.fileVersion.join('.'),
    globalFlag: globalFlag(session),
    comment: target.dump?.comments.ansi ?? target.dump?.comments.unicode,
    processUptimeSeconds: system.processUptimeSeconds,
    os: {
      name: system.osName,
      version: `${os.major}.${os.minor}.${os.build}`,
      branch: branchOf(target.system.buildString),
      platform: machine.kind,
    },
  };
}

/** `app!main+44 [c:\\src\\main.c @ 7]`, as this section has always had it, and the instruction. */
function faultingIp(session: Session, { instruction, machine }: CrashAnalysis): (readonly Part[])[] {
  if (!instruction) return [];
  const { address, instruction: decoded } = instruction;
  const name = session.symbols.describe(address);
  const source = showsLines(session) ? session.symbols.line(address) : undefined;
  const place = name?.replace(/\+0x(?=[0-9a-f]+$)/, '+');
  const digits = span(formatAddress(address, machine.pointerSize), 'address');
  const code = decoded
    ? instructionLine(decoded, { machine, symbols: session.symbols })
    : [digits, span(' ??              ???', 'missing')];
  if (place === undefined) return [code];
  return [[span(place, 'symbol'), ...sourceParts(source, address)], code];
}

function argumentsAt(session: Session, at: bigint, size: 4 | 8): ArgumentWords {
  return Array.from({ length: size === 4 ? 3 : 4 }, (_, k) =>
    tryRead(() => readPointer(session.target.memory, at + BigInt(k * size), size)),
  );
}

function globalFlag(session: Session): number | undefined {
  try {
    const view = viewOf(session);
    const peb = session.target.peb(view.machine);
    return (peb === undefined ? undefined : readPeb(view, peb).NtGlobalFlag) ?? undefined;
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
}

/** `win7sp1_gdr` of `7601.18015 (win7sp1_gdr.121129-1432)` and of `7601.18015.amd64fre.win7sp1_gdr.121129-1432`. */
function branchOf(buildString: string | undefined): string | undefined {
  return buildString && /(?:^|[.( ])([a-z]\w*_\w+)/i.exec(buildString)?.[1];
}
