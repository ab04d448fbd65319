import { resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../..');
/** Where the function is declared that makes a command of its definition. */
const COMMAND = resolve(ROOT, 'core/commands/command.ts');
const ANSWERED = resolve(ROOT, 'core/commands/answered/index.ts');
const LINES = resolve(ROOT, 'cli/jsonLines.ts');
const ALL_COMMANDS = resolve(ROOT, 'core/engine/allCommands.ts');

/** The types of what commands give as data, as the compiler infers them. */
export interface CommandTypes {
  readonly checker: ts.TypeChecker;
  /** by the command's name; one without data is not among them */
  readonly data: ReadonlyMap<string, ts.Type>;
  /** of those that only answer: their names are made of a table */
  readonly answered: ts.Type;
  /** of the lines of the JSON output, by the names of their types */
  readonly lines: ReadonlyMap<string, ts.Type>;
}

/**
 * Finds each `command({ name, data, … })` and asks the compiler what its `data` returns. It is the compiler that is
 * asked, and no generator that reads declarations, because these types are written nowhere: they are inferred.
 * Throws where a name is known at run time only: a family's maker has to give its parameter the type of its names.
 */
export function commandTypes(): CommandTypes {
  const program = ts.createProgram([ALL_COMMANDS, LINES], compilerOptions());
  const checker = program.getTypeChecker();
  const data = new Map<string, ts.Type>();
  let answered: ts.Type | undefined;
  for (const file of program.getSourceFiles()) {
    if (!file.fileName.includes('/core/commands/')) continue;
    for (const definition of definitionsIn(file, checker)) {
      const type = checker.getTypeAtLocation(definition);
      const returned = returnTypeOf(type.getProperty('data'), definition, checker);
      if (!returned) continue;
      if (file.fileName === ANSWERED) answered = returned;
      else for (const name of namesOf(type.getProperty('name'), checker)) data.set(name, returned);
    }
  }
  if (!answered) throw new Error(`${ANSWERED} makes no command`);
  return { checker, data, answered, lines: exportedTypes(program.getSourceFile(LINES), checker) };
}

function compilerOptions(): ts.CompilerOptions {
  const path = resolve(ROOT, 'tsconfig.core.json');
  const { config, error } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as {
    config: unknown;
    error?: ts.Diagnostic;
  };
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options;
}

function exportedTypes(
  file: ts.SourceFile | undefined,
  checker: ts.TypeChecker,
): ReadonlyMap<string, ts.Type> {
  const module = file && checker.getSymbolAtLocation(file);
  const exported = module ? checker.getExportsOfModule(module) : [];
  return new Map(
    exported.map((symbol) => [symbol.name, checker.getDeclaredTypeOfSymbol(original(symbol, checker))]),
  );
}

/** What an import or a re-export stands for. */
function original(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The object literals that `command` of core/commands is called with. */
function definitionsIn(file: ts.SourceFile, checker: ts.TypeChecker): readonly ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isCommand(node.expression, checker)) {
      const [definition] = node.arguments;
      if (definition && ts.isObjectLiteralExpression(definition)) found.push(definition);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isCommand(called: ts.Expression, checker: ts.TypeChecker): boolean {
  if (!ts.isIdentifier(called) || called.text !== 'command') return false;
  const symbol = checker.getSymbolAtLocation(called);
  return (
    symbol !== undefined && original(symbol, checker).declarations?.[0]?.getSourceFile().fileName === COMMAND
  );
}

function returnTypeOf(
  symbol: ts.Symbol | undefined,
  at: ts.Node,
  checker: ts.TypeChecker,
): ts.Type | undefined {
  const [signature] = symbol ? checker.getTypeOfSymbolAtLocation(symbol, at).getCallSignatures() : [];
  return signature && checker.getReturnTypeOfSignature(signature);
}

/** A literal, or a variable whose type is a union of literals. */
function namesOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): readonly string[] {
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration) return [];
  const value = ts.isPropertyAssignment(declaration) ? declaration.initializer : undefined;
  if (value && ts.isStringLiteral(value)) return [value.text];
  const type = checker.getTypeAtLocation(value ?? declaration);
  return (type.isUnion() ? type.types : [type]).map((t) => {
    if (t.isStringLiteral()) return t.value;
    const { fileName } = declaration.getSourceFile();
    throw new Error(
      `${fileName}: the name of a command is a string of any kind: give it the type of its literals`,
    );
  });
}
