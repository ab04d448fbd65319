import type { Output } from '../../output/index.ts';
import { command, type Call } from '../command.ts';
import { dxData, printTree, type DxNode } from '../valueTree/index.ts';
import { loadEmbedded, printProblems } from '../visualizers.ts';
import { TreeBuilder } from './buildTree.ts';
import { parseDxLine, type DxOptions } from './dxOptions.ts';
import { evaluateDx } from './evaluateDx.ts';
import { printGrid } from './printGrid.ts';
import { SessionModel } from './sessionModel.ts';

export interface DxModel {
  readonly options: DxOptions;
  /** absent with `-?` */
  readonly tree?: DxNode;
}

/** A grid has the members of elements as columns: two levels. */
const GRID_DEPTH = 2;

/** Evaluates an expression and builds what dx shows of its value. */
export async function dxTree(call: Call, expression: string, options: DxOptions): Promise<DxNode> {
  await loadEmbedded(call.session);
  const model = new SessionModel(call);
  const { value, format, path } = await evaluateDx(model, expression);
  const { depth, raw, verbose, help, skip, grid } = options;
  const builder = new TreeBuilder(model, {
    depth: grid ? GRID_DEPTH : depth,
    format: raw ? { ...format, raw } : format,
    verbose,
    help,
    skip,
  });
  return builder.top(expression, path, value);
}

function print({ options, tree }: DxModel, out: Output, { session }: Call): void {
  if (!tree) for (const line of USAGE) out.line(line);
  else if (options.grid) printGrid(tree, out, options.grid.cell);
  else if (!options.silent) printTree(tree, out);
  printProblems(session, out);
}

const OPTIONS = [
  { flag: '-rN', meaning: 'levels of members, 1 unless said; -r0 none' },
  { flag: '-g', meaning: 'a grid: elements as rows, their members as columns' },
  { flag: '-gc N', meaning: 'a grid whose cells have at most N characters' },
  { flag: '-c N', meaning: 'leaves out N elements at the start' },
  { flag: '-n, -nv', meaning: 'members as C++ has them, without NatVis and views of the C++ library' },
  { flag: '-v', meaning: 'methods too' },
  { flag: '-h', meaning: 'what the debugger says of its objects' },
  { flag: '-s', meaning: 'evaluates and prints nothing' },
  { flag: ',x ,d ,o ,b', meaning: 'numbers in hexadecimal, decimal, octal, binary' },
  { flag: ',s ,sb ,su ,sub', meaning: 'texts of 8 and 16 bits a character, quoted and bare' },
  { flag: ',N ,[Expression]', meaning: 'so many elements behind a pointer or of a container' },
  { flag: ',nd', meaning: 'objects by their static type, not by the class that their vtable tells' },
  {
    flag: ',! ,en ,c ,na',
    meaning: 'as -n; enumerators by name; a character; a pointer without its address',
  },
] as const;

const SYNTAX = 'dx [-g|-gc #] [-c #] [-n|-v] [-r#] Expression[,FormatSpecifier]';
const USAGE = [SYNTAX, ...OPTIONS.map(({ flag, meaning }) => `  ${flag.padEnd(18)} ${meaning}`)];

export const dx = command<DxModel>({
  name: 'dx',
  tier: 'B',
  syntax: [SYNTAX, 'dx -?', 'dx -h Object'],
  summary: "Shows C++ expressions and the debugger's objects, with queries on both.",
  options: OPTIONS,
  helpOption: '-h',
  // a lambda or a text may hold a semicolon, and a brace begins no block here
  run: async (call: Call) => {
    const { options, expression } = parseDxLine(call.args);
    return expression === '' ? { options } : { options, tree: await dxTree(call, expression, options) };
  },
  print,
  data: ({ tree }) => (tree ? dxData(tree) : { usage: USAGE }),
});
