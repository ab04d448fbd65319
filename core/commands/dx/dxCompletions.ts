import {
  itemsOf,
  parseModel,
  SEQUENCE_METHODS,
  STRING_METHODS,
  TO_DISPLAY_STRING,
  type ModelNode,
  type ModelValue,
} from '../../model/index.ts';
import type { Call } from '../command.ts';
import { evaluateDx } from './evaluateDx.ts';
import { nativeMembers } from './nativeMembers.ts';
import { SessionModel } from './sessionModel.ts';
import { typedMember } from './typedMember.ts';

/** Methods of objects that make a value and change nothing. */
const MAKERS = new Set(['FromListEntry', 'CreateArray']);
/** A text's method, and what forgets a variable (`@$vars.Remove`). */
const CHANGERS = new Set(['Remove']);
/** Members that are looked at: more than any class has. */
const MAX_MEMBERS = 1000;

/**
 * What may stand at the end of the expression of dx that is being typed: the members of what stands before the dot,
 * the debugger's variables behind `@$`. Evaluates what stands there, unless that would change anything or run a
 * command. Undefined where neither is typed. Throws where it cannot be evaluated, `AwaitFirst` among it.
 */
export async function dxCompletions(
  call: Call,
  typed: string,
): Promise<{ readonly candidates: readonly string[]; readonly word: string } | undefined> {
  const model = new SessionModel(call);
  const variable = /@(\$\w*)$/.exec(typed)?.[1];
  if (variable !== undefined) return { candidates: model.variableNames(), word: variable };
  const member = typedMember(typed);
  if (!member) return undefined;
  const { receiver, word } = member;
  const { node } = parseModel(receiver, model.cpp(receiver));
  if (!isHarmless(node)) return { candidates: [], word };
  const { value } = await evaluateDx(model, receiver);
  return { candidates: await membersOf(model, value), word };
}

async function membersOf(model: SessionModel, value: ModelValue): Promise<string[]> {
  const names: string[] = [];
  if (value.kind === 'object') {
    const { properties = [], methods = [] } = value.object;
    names.push(...properties.map((p) => p.name), ...methods.map((m) => `${m.name}(`));
  } else if (value.kind === 'native') {
    for (const { name } of nativeMembers(model.natives, value.value, { raw: true })) {
      if (name !== undefined && /^\w+$/.test(name)) names.push(name);
      if (names.length >= MAX_MEMBERS) break;
      const resting = model.breathe();
      if (resting) await resting;
    }
  }
  const isText =
    value.kind === 'text' || (value.kind === 'native' && model.natives.text(value.value) !== undefined);
  const methods = [
    ...(isText ? Object.keys(STRING_METHODS) : []),
    ...(itemsOf(model, value) ? Object.keys(SEQUENCE_METHODS) : []),
    TO_DISPLAY_STRING,
  ];
  return [...names, ...methods.map((name) => `${name}(`)];
}

/** Whether to evaluate it assigns nothing and calls nothing but what makes values. */
function isHarmless(node: ModelNode): boolean {
  if (node.kind === 'assign') return false;
  if (node.kind === 'call') {
    const name = node.callee.kind === 'member' ? node.callee.name : '';
    const makesValue =
      Object.hasOwn(SEQUENCE_METHODS, name) ||
      Object.hasOwn(STRING_METHODS, name) ||
      name === TO_DISPLAY_STRING ||
      MAKERS.has(name);
    if (!makesValue || CHANGERS.has(name)) return false;
  }
  return below(node).every(isHarmless);
}

function below(node: ModelNode): readonly ModelNode[] {
  switch (node.kind) {
    case 'interpolated':
      return node.parts.filter((part) => typeof part !== 'string');
    case 'unary':
    case 'cast':
    case 'member':
      return [node.operand];
    case 'binary':
    case 'assign':
      return [node.left, node.right];
    case 'choice':
      return [node.condition, node.then, node.otherwise];
    case 'index':
      return [node.operand, node.index];
    case 'call':
      return [node.callee, ...node.args];
    case 'lambda':
      return [node.body];
    case 'object':
      return node.members.map(([, value]) => value);
    default:
      return [];
  }
}
