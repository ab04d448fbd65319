import { isTextual, textOf } from './compareValues.ts';
import type { ModelEvaluator } from './evaluateModel.ts';
import { formatOf, type Format } from './format.ts';
import { ModelError } from './modelError.ts';
import { textValue, type ModelValue } from './modelValue.ts';
import { itemsOf } from './sequence.ts';
import { SEQUENCE_METHODS } from './sequenceMethods.ts';
import { STRING_METHODS } from './stringMethods.ts';

/** A method that every object has. */
export const TO_DISPLAY_STRING = 'ToDisplayString';

/**
 * Calls a method of what every value has, of texts and of lists. Undefined where the name is none of these: it is then
 * a member of the object itself, whose own methods come first.
 */
export async function callMethod(
  evaluator: ModelEvaluator,
  on: ModelValue,
  name: string,
  args: readonly ModelValue[],
): Promise<ModelValue | undefined> {
  const { context } = evaluator;
  if (on.kind === 'failure') throw new ModelError(on.reason);
  if (on.kind === 'object' && on.object.methods?.some((m) => m.name === name)) return undefined;
  if (name === TO_DISPLAY_STRING) {
    const text = await displayString(evaluator, on, args[0]);
    return textValue(text);
  }
  const ofText = Object.hasOwn(STRING_METHODS, name) ? STRING_METHODS[name] : undefined;
  if (ofText && isTextual(context, on)) {
    const texts: string[] = [];
    for (const arg of args) texts.push(await textOf(context, arg));
    return ofText({
      text: await textOf(context, on),
      textAt: (index) => texts[index] ?? '',
      numberAt: (index) => (index < args.length ? evaluator.whole(args[index], name) : undefined),
    });
  }
  const ofList = Object.hasOwn(SEQUENCE_METHODS, name) ? SEQUENCE_METHODS[name] : undefined;
  if (!ofList || !itemsOf(context, on)) return undefined;
  return ofList.run({ evaluator, on, args, items: () => itemsOf(context, on) ?? [] });
}

async function displayString(
  { context }: ModelEvaluator,
  on: ModelValue,
  specifier: ModelValue | undefined,
): Promise<string> {
  let format: Format = {};
  if (specifier) {
    const word = await textOf(context, specifier);
    const known = formatOf(word);
    if (!known) throw new ModelError(`'${word}' is no format specifier`, 'usage');
    format = known;
  }
  return textOf(context, on, format);
}
