import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml';
import type {
  NatvisBranch,
  NatvisDisplay,
  NatvisExpand,
  NatvisExpression,
  NatvisFile,
  NatvisGuard,
  NatvisIntrinsic,
  NatvisNode,
  NatvisProblem,
  NatvisStatement,
  NatvisTemplate,
  NatvisType,
  NatvisViews,
} from './natvisFile.ts';
import { parseTemplate } from './parseTemplate.ts';
import { parseTypePattern } from './typePattern.ts';

/** Larger files are no person's: those of Visual Studio are below 1 MiB. */
const MAX_LENGTH = 16 * 1024 * 1024;
/** Nodes within nodes: `<Synthetic>` may hold an `<Expand>`, and loops may hold loops. */
const MAX_DEPTH = 32;
const PRIORITIES = ['Low', 'MediumLow', 'Medium', 'MediumHigh', 'High'];
/** What registers windows of Visual Studio's own: nothing here opens them. */
const OF_VISUAL_STUDIO = new Set(['UIVisualizer', 'CustomVisualizer', 'LocalizedStrings', 'HResult']);

/**
 * Reads a NatVis file. Never throws for what is in it: what cannot be read is left out and is in `problems`. No entity
 * but XML's own is known, and nothing outside the text is fetched.
 */
export function parseNatvis(text: string, name: string, module?: string): NatvisFile {
  const reader = new NatvisReader(text.replace(/^\ufeff/, ''), name);
  const { types, intrinsics } = reader.file();
  return { name, module, types, intrinsics, problems: reader.problems };
}

class NatvisReader {
  readonly problems: NatvisProblem[] = [];
  private readonly lineStarts: number[] = [0];
  private type: string | undefined;

  constructor(
    private readonly text: string,
    private readonly name: string,
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.lineStarts.push(at + 1);
  }

  file(): { types: NatvisType[]; intrinsics: NatvisIntrinsic[] } {
    const types: NatvisType[] = [];
    const intrinsics: NatvisIntrinsic[] = [];
    const root = this.root();
    for (const element of root ? elementsOf(root) : []) {
      this.type = undefined;
      if (element.name === 'Type') types.push(this.typeOf(element));
      else if (element.name === 'Intrinsic') intrinsics.push(...this.intrinsic(element));
      else this.unknown(element);
    }
    return { types, intrinsics };
  }

  private root(): XmlElement | undefined {
    if (this.text.length > MAX_LENGTH) {
      this.problem(1, `the file has more than ${MAX_LENGTH} characters`);
      return undefined;
    }
    try {
      const { root } = parseXml(this.text, { includeOffsets: true });
      if (root?.name === 'AutoVisualizer') return root;
      this.problem(1, 'the root element is not AutoVisualizer');
    } catch (e) {
      if (e instanceof XmlError) this.problem(e.line, e.message.split('\n')[0] ?? 'no XML');
      // elements within elements beyond the parser's stack
      else if (e instanceof RangeError) this.problem(1, 'elements are nested too deep');
      else throw e;
    }
    return undefined;
  }

  private typeOf(element: XmlElement): NatvisType {
    const name = element.attributes.Name ?? '';
    this.type = name;
    const line = this.lineOf(element);
    if (name === '') this.problem(line, 'a Type without Name');
    const children = elementsOf(element);
    const alternatives = children
      .filter((c) => c.name === 'AlternativeType')
      .map((c) => c.attributes.Name ?? '');
    const expands = children.filter((c) => c.name === 'Expand');
    const priority = PRIORITIES.indexOf(element.attributes.Priority ?? 'Medium');
    if (priority < 0) this.problem(line, `Priority is none of ${PRIORITIES.join(', ')}`);
    for (const child of children) if (!KNOWN_IN_TYPE.has(child.name)) this.unknown(child);
    return {
      file: this.name,
      line,
      name,
      patterns: [name, ...alternatives].filter((n) => n !== '').map(parseTypePattern),
      priority: priority < 0 ? 2 : priority,
      inheritable: isTrue(element.attributes.Inheritable, true),
      views: viewsOf(element),
      versions: children
        .filter((c) => c.name === 'Version')
        .map(({ attributes: { Name = '', Min, Max } }) => ({ module: Name, min: Min, max: Max })),
      displays: this.displays(children),
      texts: this.expressions(children, 'StringView'),
      pointers: this.expressions(children, 'SmartPointer'),
      expand: expands[0] && this.expand(expands[0], MAX_DEPTH),
      intrinsics: children.filter((c) => c.name === 'Intrinsic').flatMap((c) => this.intrinsic(c)),
    };
  }

  private intrinsic(element: XmlElement): NatvisIntrinsic[] {
    const { Name: name, Expression: expression } = element.attributes;
    const line = this.lineOf(element);
    if (name === undefined || expression === undefined) {
      this.problem(line, 'an Intrinsic without Name or Expression');
      return [];
    }
    const parameters = elementsOf(element)
      .filter((c) => c.name === 'Parameter')
      .map((c) => c.attributes.Name ?? '');
    return [{ name, expression, parameters, line }];
  }

  private displays(elements: readonly XmlElement[]): NatvisDisplay[] {
    return elements
      .filter((e) => e.name === 'DisplayString')
      .map((e) => ({ ...this.guard(e), template: parseTemplate(textOf(e)) }));
  }

  private expand(element: XmlElement, depth: number): NatvisExpand {
    const nodes = elementsOf(element).flatMap((child) => this.node(child, depth) ?? []);
    return { hideRawView: isTrue(element.attributes.HideRawView, false), nodes };
  }

  private node(element: XmlElement, depth: number): NatvisNode | undefined {
    const guard = this.guard(element);
    const children = elementsOf(element);
    const size = this.expressions(children, 'Size');
    const text = (name: string): string => textOf(children.find((c) => c.name === name));
    switch (element.name) {
      case 'Item':
        return { ...guard, kind: 'item', name: templateOf(element), expression: textOf(element) };
      case 'ExpandedItem':
        return { ...guard, kind: 'expanded', expression: textOf(element) };
      case 'Synthetic': {
        const expand = children.find((c) => c.name === 'Expand');
        if (depth === 0) this.problem(guard.line, 'nodes are nested too deep');
        return {
          ...guard,
          kind: 'synthetic',
          name: templateOf(element),
          displays: this.displays(children),
          expand: expand && depth > 0 ? this.expand(expand, depth - 1) : undefined,
        };
      }
      case 'ArrayItems':
        return {
          ...guard,
          kind: 'array',
          size,
          pointer: this.expressions(children, 'ValuePointer'),
          rank: text('Rank') || undefined,
          lowerBound: text('LowerBound') || undefined,
          forward: text('Direction') !== 'Backward',
        };
      case 'IndexListItems':
        return { ...guard, kind: 'index list', size, values: this.expressions(children, 'ValueNode') };
      case 'LinkedListItems': {
        const values = this.valueNodes(children);
        return {
          ...guard,
          kind: 'linked list',
          size,
          head: text('HeadPointer'),
          next: text('NextPointer'),
          values,
        };
      }
      case 'TreeItems': {
        const pointers = {
          head: text('HeadPointer'),
          left: text('LeftPointer'),
          right: text('RightPointer'),
        };
        return { ...guard, kind: 'tree', size, ...pointers, values: this.valueNodes(children) };
      }
      case 'CustomListItems':
        return this.customList(element, guard, size);
      default:
        this.unknown(element);
        return undefined;
    }
  }

  private valueNodes(children: readonly XmlElement[]): (NatvisExpression & { name?: NatvisTemplate })[] {
    return children
      .filter((c) => c.name === 'ValueNode')
      .map((c) => ({
        ...this.guard(c),
        expression: textOf(c),
        ...(c.attributes.Name !== undefined && { name: templateOf(c) }),
      }));
  }

  private customList(element: XmlElement, guard: NatvisGuard, size: readonly NatvisExpression[]): NatvisNode {
    const children = elementsOf(element);
    const variables = children
      .filter((c) => c.name === 'Variable')
      .map((c) => ({
        name: c.attributes.Name ?? '',
        initial: c.attributes.InitialValue ?? '0',
        line: this.lineOf(c),
      }));
    // Skip only saves time: without it a debugger runs the loop (natvis.xsd, SkipType)
    const body = this.statements(
      children.filter((c) => c.name !== 'Variable' && c.name !== 'Size' && c.name !== 'Skip'),
      MAX_DEPTH,
    );
    return { ...guard, kind: 'custom list', size, variables, body };
  }

  private statements(elements: readonly XmlElement[], depth: number): NatvisStatement[] {
    const statements: NatvisStatement[] = [];
    // those of the If right before
    let branches: NatvisBranch[] | undefined;
    for (const element of elements) {
      const line = this.lineOf(element);
      const condition = element.attributes.Condition;
      const body = (): NatvisStatement[] =>
        depth > 0 ? this.statements(elementsOf(element), depth - 1) : [];
      if (depth === 0) this.problem(line, 'nodes are nested too deep');
      switch (element.name) {
        case 'Loop':
          statements.push({ kind: 'loop', line, condition, body: body() });
          break;
        case 'If':
          branches = [{ condition, body: body() }];
          statements.push({ kind: 'if', line, branches });
          continue;
        case 'Elseif':
        case 'Else':
          if (branches)
            branches.push({ condition: element.name === 'Else' ? undefined : condition, body: body() });
          else this.problem(line, `${element.name} without If`);
          continue;
        case 'Break':
          statements.push({ kind: 'break', line, condition });
          break;
        case 'Exec':
          statements.push({ kind: 'exec', line, condition, expression: textOf(element) });
          break;
        case 'Item': {
          const name = element.attributes.Name === undefined ? undefined : templateOf(element);
          statements.push({ kind: 'item', line, condition, name, expression: textOf(element) });
          break;
        }
        default:
          this.unknown(element);
          continue;
      }
      branches = undefined;
    }
    return statements;
  }

  private expressions(children: readonly XmlElement[], name: string): NatvisExpression[] {
    return children.filter((c) => c.name === name).map((c) => ({ ...this.guard(c), expression: textOf(c) }));
  }

  private guard(element: XmlElement): NatvisGuard {
    return {
      line: this.lineOf(element),
      condition: element.attributes.Condition,
      optional: isTrue(element.attributes.Optional, false),
      views: viewsOf(element),
    };
  }

  private unknown(element: XmlElement): void {
    const why = OF_VISUAL_STUDIO.has(element.name) ? 'has no meaning here' : 'is not known';
    this.problem(this.lineOf(element), `${element.name} ${why} and is left out`);
  }

  private problem(line: number, message: string): void {
    this.problems.push({ file: this.name, line, type: this.type, message });
  }

  private lineOf(element: XmlElement): number {
    let low = 0;
    let high = this.lineStarts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= element.start) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

const KNOWN_IN_TYPE = new Set([
  'AlternativeType',
  'Version',
  'DisplayString',
  'StringView',
  'Expand',
  'Intrinsic',
  'SmartPointer',
  // the class of the object is always looked up
  'MostDerivedType',
]);

function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => child instanceof XmlElement);
}

function textOf(element: XmlElement | undefined): string {
  return element?.text.trim() ?? '';
}

function templateOf(element: XmlElement): NatvisTemplate {
  return parseTemplate(element.attributes.Name ?? '');
}

function viewsOf({ attributes }: XmlElement): NatvisViews {
  const names = (text: string | undefined): string[] =>
    (text ?? '')
      .split(';')
      .map((n) => n.trim())
      .filter(Boolean);
  return { include: names(attributes.IncludeView), exclude: names(attributes.ExcludeView) };
}

function isTrue(text: string | undefined, otherwise: boolean): boolean {
  return text === undefined ? otherwise : /^(?:true|1)$/i.test(text.trim());
}
