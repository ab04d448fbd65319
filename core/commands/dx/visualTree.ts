import type { CppValue } from '../../eval/index.ts';
import type { Call } from '../command.ts';
import { loadEmbedded } from '../visualizers.ts';
import { TreeBuilder } from './buildTree.ts';
import type { DxNode } from '../valueTree/index.ts';
import { SessionModel } from './sessionModel.ts';

/** An object as dx shows it, for other commands: so many levels below its own line. */
export async function visualTree(call: Call, name: string, value: CppValue, depth: number): Promise<DxNode> {
  await loadEmbedded(call.session);
  const options = { depth, format: {}, verbose: false, help: false, skip: 0 };
  return new TreeBuilder(new SessionModel(call), options).top(name, name, { kind: 'native', value });
}
