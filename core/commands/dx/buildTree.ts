import {
  reasonOf,
  SEQUENCE_METHODS,
  textOf,
  TO_DISPLAY_STRING,
  type Format,
  type Item,
  type ModelContext,
  type ModelObject,
  type ModelValue,
  type Property,
} from '../../model/index.ts';
import { unmodified } from '../../types/index.ts';
import { modelTypeName } from '../values/index.ts';
import type { DxNode } from '../valueTree/index.ts';
import { nativeMembers, type NativeMember } from './nativeMembers.ts';
import type { SessionNatives } from './nativeViews.ts';

/** Elements that dx shows of a list before it says that there are more. */
const ELEMENTS = 100;
/** Lines of one dx: more than a person reads. */
const NODE_LIMIT = 50_000;

export interface TreeOptions {
  readonly depth: number;
  readonly format: Format;
  readonly verbose: boolean;
  /** -h: sentences in place of values */
  readonly help: boolean;
  /** -c: elements left out at the start */
  readonly skip: number;
}

/** What stands before the colon. */
interface Head {
  readonly label: string;
  readonly name?: string;
  readonly offset?: number;
  readonly path?: string;
  readonly help?: string;
}

/** Computes what dx shows of a value, so many levels down. */
export class TreeBuilder {
  private left = NODE_LIMIT;

  constructor(
    private readonly context: ModelContext & { readonly natives: SessionNatives },
    private readonly options: TreeOptions,
  ) {}

  /** The tree of an expression's value. */
  top(expression: string, path: string, value: ModelValue): Promise<DxNode> {
    const { depth, format } = this.options;
    return this.node({ label: expression, path }, value, depth, format);
  }

  /** A node and `depth` levels below it. A number of elements that was asked for counts at the top alone. */
  private async node(head: Head, value: ModelValue, depth: number, format: Format): Promise<DxNode> {
    this.left--;
    const resting = this.context.breathe();
    if (resting) await resting;
    const node = { ...head, ...(await this.described(value, format)) };
    if (depth === 0 || this.left <= 0) return { ...node, children: [] };
    return { ...node, ...(await this.children(value, depth, format, head.path)) };
  }

  private async described(value: ModelValue, format: Format): Promise<Omit<DxNode, 'label' | 'children'>> {
    switch (value.kind) {
      case 'text':
        return { value: value.text, expands: false };
      case 'failure':
        return { value: value.reason, missing: true, expands: false };
      case 'function':
        return { value: value.text, expands: false };
      case 'native': {
        const { natives } = this.context;
        const seen = natives.seenAs(value.value, format);
        const { type } = seen;
        const shown = natives.shown(seen, format);
        const { kind } = unmodified(type);
        return {
          value: shown.text,
          missing: shown.missing,
          ...(!value.plain && { type: modelTypeName(type) }),
          expands: kind === 'record' || kind === 'array' || kind === 'pointer',
        };
      }
      case 'object': {
        const { object } = value;
        const expands = (object.properties ?? []).length > 0 || object.items !== undefined;
        const { action } = object;
        try {
          return { value: await object.display?.(), expands, ...(action && { action }) };
        } catch (e) {
          return { value: reasonOf(e), missing: true, expands };
        }
      }
    }
  }

  private async children(
    value: ModelValue,
    depth: number,
    format: Format,
    path: string | undefined,
  ): Promise<Pick<DxNode, 'children' | 'more'>> {
    if (value.kind === 'native')
      return this.nativeChildren(
        nativeMembers(this.context.natives, value.value, format),
        depth,
        format,
        path,
      );
    if (value.kind !== 'object') return { children: [] };
    const { object } = value;
    const children: DxNode[] = [];
    for (const property of object.properties ?? []) {
      if (!property.hidden) children.push(await this.property(property, depth, format, path));
    }
    if (this.options.verbose) children.push(...methodNodes(object));
    const items = await this.items(object, depth, format, path);
    return { children: [...children, ...items.children], more: items.more };
  }

  private async property(
    property: Property,
    depth: number,
    format: Format,
    path: string | undefined,
  ): Promise<DxNode> {
    const { name } = property;
    const help = this.options.help ? property.help : undefined;
    const head = { label: name, help, ...(path !== undefined && { path: `${path}.${name}` }) };
    if (help !== undefined) return { ...head, expands: true, children: [] };
    try {
      return await this.node(head, await property.get(), depth - 1, inner(format));
    } catch (e) {
      return { ...head, value: reasonOf(e), missing: true, expands: false, children: [] };
    }
  }

  private async items(
    object: ModelObject,
    depth: number,
    format: Format,
    path: string | undefined,
  ): Promise<Pick<DxNode, 'children' | 'more'>> {
    const children: DxNode[] = [];
    const limit = format.count ?? ELEMENTS;
    let index = 0;
    for await (const item of object.items?.() ?? []) {
      if (index++ < this.options.skip) continue;
      if (children.length >= limit || this.left <= 0) return { children, more: true };
      const label = `[${await this.keyText(item, format)}]`;
      const head = { label, ...(path !== undefined && { path: `${path}${label}` }) };
      children.push(await this.node(head, item.value, depth - 1, inner(format)));
    }
    return { children };
  }

  /** A key in brackets: texts quoted, numbers as numbers are. */
  private async keyText({ key }: Item, format: Format): Promise<string> {
    const text = await textOf(this.context, key, inner(format));
    return key.kind === 'text' ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
  }

  private async member(head: Head, member: NativeMember, depth: number, format: Format): Promise<DxNode> {
    if (!member.below) return this.node(head, member.value, depth, format);
    const node = await this.node(head, member.value, 0, format);
    const below =
      depth > 0 ? await this.nativeChildren(member.below(), depth, format, undefined) : { children: [] };
    return { ...node, expands: true, ...below };
  }

  private async nativeChildren(
    members: Iterable<NativeMember>,
    depth: number,
    format: Format,
    path: string | undefined,
  ): Promise<Pick<DxNode, 'children' | 'more'>> {
    const children: DxNode[] = [];
    const limit = format.count ?? ELEMENTS;
    let elements = 0;
    let index = 0;
    for (const member of members) {
      if (member.pause) {
        const resting = this.context.breathe();
        if (resting) await resting;
        continue;
      }
      const { label, name, offset, type, path: step } = member;
      // members and properties of an object are all shown, elements so many
      const isElement = name === undefined && label !== '' && !member.property;
      if (isElement && index++ < this.options.skip) continue;
      if ((isElement && elements >= limit) || this.left <= 0) return { children, more: true };
      if (isElement) elements++;
      const whole = path !== undefined && step !== undefined ? `${grouped(path)}${step}` : undefined;
      const head = { label, name, offset, ...(whole !== undefined && { path: whole }) };
      const node = await this.member(head, member, depth - 1, { ...inner(format), ...member.format });
      children.push(type === undefined ? node : { ...node, type });
    }
    return { children };
  }
}

/** The format of what lies below: elements are counted at the top alone. */
function inner({ count, ...format }: Format): Format {
  return count === undefined ? format : { ...format };
}

/** An expression that members can be asked of. */
function grouped(path: string): string {
  return /^[\w@$.!:[\]()]+$/.test(path) && !path.startsWith('(') ? path : `(${path})`;
}

function methodNodes(object: ModelObject): DxNode[] {
  const own = (object.methods ?? []).map(({ name, help }) => ({ name, help }));
  const ofList = object.items
    ? Object.entries(SEQUENCE_METHODS).map(([name, { help }]) => ({ name, help }))
    : [];
  const all = [...own, ...ofList, DISPLAY_METHOD];
  return all.map(({ name, help }) => ({ label: name, help, expands: false, children: [] }));
}

const DISPLAY_METHOD = {
  name: TO_DISPLAY_STRING,
  help:
    'ToDisplayString([FormatSpecifier]) - Method which converts the object to its display string representation ' +
    'according to an optional format specifier',
};
