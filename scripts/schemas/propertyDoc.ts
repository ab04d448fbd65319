import ts from 'typescript';

/**
 * What the source says of a property: its own docstring, else that of the field of a model it is taken from, as in
 * `size: block.size` and `address: hexAddress(block.address)`.
 */
export function propertyDoc(symbol: ts.Symbol, checker: ts.TypeChecker): string | undefined {
  const own = docOf(symbol, checker);
  if (own !== undefined) return own;
  for (const declaration of symbol.declarations ?? []) {
    const source = sourceOf(declaration, checker);
    const doc = source && docOf(source, checker);
    if (doc !== undefined) return doc;
  }
  return undefined;
}

function docOf(symbol: ts.Symbol, checker: ts.TypeChecker): string | undefined {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}

/** The model's field behind a property of the data. */
function sourceOf(declaration: ts.Declaration, checker: ts.TypeChecker): ts.Symbol | undefined {
  if (ts.isShorthandPropertyAssignment(declaration))
    return fieldOf(checker.getShorthandAssignmentValueSymbol(declaration), checker);
  if (!ts.isPropertyAssignment(declaration)) return undefined;
  const value = taken(declaration.initializer);
  return value && fieldOf(checker.getSymbolAtLocation(value), checker);
}

/** The name in `x.name`, `name` and `hexAddress(x.name)`. */
function taken(value: ts.Expression): ts.Node | undefined {
  if (ts.isPropertyAccessExpression(value)) return value.name;
  if (ts.isIdentifier(value)) return value;
  if (!ts.isCallExpression(value)) return undefined;
  const [first] = value.arguments;
  return first && ts.isIdentifier(value.expression) && value.expression.text === 'hexAddress'
    ? taken(first)
    : undefined;
}

/** A variable that a pattern took from an object stands for the object's field. */
function fieldOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): ts.Symbol | undefined {
  const declaration = symbol?.valueDeclaration;
  if (!declaration || !ts.isBindingElement(declaration)) return symbol;
  const { propertyName, name, parent } = declaration;
  const field = propertyName ?? name;
  if (!ts.isIdentifier(field) || !ts.isObjectBindingPattern(parent)) return symbol;
  return checker.getTypeAtLocation(parent).getProperty(field.text);
}
