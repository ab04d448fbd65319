import { hexAddress } from '../../bytes/index.ts';
import { type Output, span } from '../../output/index.ts';
import { cTypeName } from '../../types/index.ts';
import type { HeapNotes } from '../heap/index.ts';
import { dxData, printTree } from '../valueTree/index.ts';
import { HELP } from './help.ts';
import { printMatches } from './listMatches.ts';
import type { DtFunction, DtResult } from './model.ts';
import { printView, RULE } from './printView.ts';
import { addressText } from './valueText.ts';
import { viewData } from './viewData.ts';

/** Prints the answer of dt. */
export function printResult(result: DtResult, out: Output): void {
  printAnswer(result, out);
  if ('style' in result) result.style.heapNotes?.print(out);
}

function printAnswer(result: DtResult, out: Output): void {
  switch (result.kind) {
    case 'help':
      for (const line of HELP) out.line(line);
      return;
    case 'visual':
      for (const line of result.headings) out.line(line);
      printTree(result.tree, out);
      return;
    case 'symbol without type':
      out.line(result.name);
      out.line(span('Symbol has no type information.', 'missing'));
      return;
    case 'function':
      out.line(functionText(result.function));
      return;
    case 'matches':
      printMatches(result, out, result.style);
      for (const { view, module, name } of result.matches) {
        if (!view) continue;
        out.line();
        out.line(`${module}!${name}`);
        printView(view, out, result.style);
      }
      return;
    case 'view':
      for (const line of result.headings) out.line(line);
      printView(result.view, out, result.style);
      return;
    case 'list':
      for (const line of result.headings) out.line(line);
      for (const { address, view } of result.nodes) {
        const { pointerSize, heapNotes } = result.style;
        out.line(
          `${result.field} at ${addressText(address, pointerSize)}`,
          ...(heapNotes?.behind(address) ?? []),
        );
        out.line(RULE);
        printView(view, out, result.style);
        out.line();
      }
      if (result.end !== undefined) out.line(span(`*** ${result.end}`, 'warning'));
      return;
  }
}

/** ` int  app!main+0` as behind a pointer to it; with -f `int app!main(int argc, char ** argv)`. */
function functionText({ name, type, listed, parameters }: DtFunction): string {
  const returns = cTypeName(type.returns);
  if (!listed) return ` ${returns}  ${name}+0`;
  const texts = parameters.map((p) => (p.name === undefined ? p.type : `${p.type} ${p.name}`));
  if (type.variadic) texts.push('...');
  return `${returns} ${name}(${texts.join(', ') || 'void'})`;
}

/** The same as data (cli.md, `dt`); lists and names by pattern have shapes of their own. */
export function resultData(result: DtResult) {
  const heapNotes = 'style' in result ? result.style.heapNotes : undefined;
  return { ...answerData(result, heapNotes), ...heapNotes?.data() };
}

function answerData(result: DtResult, heapNotes: HeapNotes | undefined) {
  switch (result.kind) {
    case 'help':
      return {};
    case 'visual':
      return { visual: dxData(result.tree) };
    case 'symbol without type':
      return { symbol: result.name };
    case 'function': {
      const { name, address, type, parameters } = result.function;
      return {
        symbol: name,
        address: hexAddress(address),
        type: cTypeName(type),
        returns: cTypeName(type.returns),
        parameters: parameters.map((p) => ({ type: p.type, name: p.name })),
      };
    }
    case 'matches':
      return {
        matches: result.matches.map(({ module, name, address, size, view }) => ({
          module,
          name,
          address: address === undefined ? undefined : hexAddress(address),
          size,
          ...(view && { fields: viewData(view, heapNotes).fields }),
        })),
      };
    case 'view':
      return viewData(result.view, heapNotes);
    case 'list': {
      const nodes = result.nodes.map(({ address, view }) => ({
        address: hexAddress(address),
        heapBlock: heapNotes?.blockData(address),
        fields: viewData(view, heapNotes).fields,
      }));
      return { ...viewData(result.view, heapNotes), nodes, end: result.end };
    }
  }
}
