import {
  formatOf,
  ModelError,
  ModelEvaluator,
  parseModel,
  splitSpecifiers,
  type Format,
  type ModelContext,
  type ModelValue,
} from '../../model/index.ts';

/** An expression with its value and how it is to be shown. */
export interface EvaluatedDx {
  readonly value: ModelValue;
  readonly format: Format;
  /** the expression without its specifiers */
  readonly path: string;
}

/** Evaluates what stands behind the options of dx: an expression and its format specifiers. */
export async function evaluateDx(context: ModelContext, text: string): Promise<EvaluatedDx> {
  const { node, rest } = parseModel(text, context.cpp(text));
  const evaluator = new ModelEvaluator(context, text);
  const path = text.slice(0, text.length - rest.length).trim();
  const format = await formatFrom(context, rest);
  return { value: await evaluator.value(node), format, path };
}

async function formatFrom(context: ModelContext, rest: string): Promise<Format> {
  const trimmed = rest.trim();
  if (trimmed === '') return {};
  if (!trimmed.startsWith(','))
    throw new ModelError(`Unexpected text behind the expression: '${trimmed}'`, 'syntax');
  let format: Format = {};
  for (const specifier of splitSpecifiers(trimmed)) {
    const known = /^\[.*\]$/s.test(specifier)
      ? await countFrom(context, specifier.slice(1, -1))
      : formatOf(specifier);
    if (!known) throw new ModelError(`'${specifier}' is no format specifier`, 'syntax');
    format = { ...format, ...known };
  }
  return format;
}

/** `[n]`: elements, as many as an expression says. */
async function countFrom(context: ModelContext, text: string): Promise<Format> {
  const { node } = parseModel(text, context.cpp(text));
  const evaluator = new ModelEvaluator(context, text);
  return { count: Math.max(0, evaluator.whole(await evaluator.value(node), '[]')) };
}
