import { Cancelled, MemoryUnreadable, StillframeError } from '../../errors/index.ts';
import type { CppValue } from '../../eval/index.ts';
import type { Format } from '../format.ts';
import { expandNodes } from './expandNodes.ts';
import type { NatvisChild } from './natvisChild.ts';
import type {
  NatvisDisplay,
  NatvisGuard,
  NatvisProblem,
  NatvisTemplate,
  NatvisType,
  NatvisViews,
} from './natvisFile.ts';
import type { ObjectScope } from './objectScope.ts';

/** In place of an object that has no text of its own. */
const UNNAMED = '{...}';
/** Longest text of one object. */
const MAX_TEXT = 4096;

/** How one `<Type>` shows one object. */
export class Visualization {
  constructor(
    readonly type: NatvisType,
    readonly scope: ObjectScope,
    private readonly view: string | undefined,
    private readonly report: (problem: NatvisProblem) => void,
  ) {}

  get self(): CppValue {
    return this.scope.self;
  }

  /** The text of the first display string whose condition holds; undefined where the type has none. */
  display(): string | undefined {
    return this.displayOf(this.type.displays, this.scope);
  }

  /** The text that the object stands for, as `<StringView>` says. */
  text(): string | undefined {
    for (const view of this.type.texts) {
      const value = this.guarded(view, view.expression, () => {
        const { value, format } = this.scope.evaluate(view.expression);
        const text = format.text ?? { width: 1 as const, bare: true };
        return this.scope.host.display(value, { ...format, text: { ...text, bare: true } });
      });
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The pointer that the object stands for, as `<SmartPointer>` says. */
  pointer(): CppValue | undefined {
    const node = this.type.pointers.find((p) => this.counts(p, this.scope));
    return node && this.guarded(node, node.expression, () => this.scope.evaluate(node.expression).value);
  }

  get expands(): boolean {
    return this.type.expand !== undefined;
  }

  get hidesRawView(): boolean {
    return this.type.expand?.hideRawView ?? false;
  }

  children(): Iterable<NatvisChild> {
    return expandNodes(this, this.type.expand?.nodes ?? [], this.scope);
  }

  /** Whether a node counts in this view and its condition holds. A condition that fails is reported, and does not hold. */
  counts(node: NatvisGuard, scope: ObjectScope): boolean {
    if (!inView(node.views, this.view)) return false;
    if (node.condition === undefined) return true;
    return this.guarded(node, node.condition, () => scope.isTrue(node.condition)) ?? false;
  }

  displayOf(displays: readonly NatvisDisplay[], scope: ObjectScope): string | undefined {
    for (const display of displays) {
      if (!this.counts(display, scope)) continue;
      const text = this.filled(display, display.template, scope);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** A template with the values of its expressions; undefined where one has none. */
  filled(
    at: { readonly line: number; readonly optional: boolean },
    template: NatvisTemplate,
    scope: ObjectScope,
  ): string | undefined {
    let text = '';
    for (const part of template) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const shown = this.guarded(at, part.expression, () => {
        const { value, format } = scope.evaluate(part.expression);
        return this.shown(value, format);
      });
      if (shown === undefined) return undefined;
      text += shown;
      if (text.length > MAX_TEXT) return `${text.slice(0, MAX_TEXT)}…`;
    }
    return text;
  }

  /** What an expression gives, or undefined where it fails: reported, unless the node is optional. */
  guarded<T>(
    { line, optional }: { readonly line: number; readonly optional: boolean },
    expression: string,
    compute: () => T,
  ): T | undefined {
    try {
      return compute();
    } catch (e) {
      if (!(e instanceof StillframeError) || e instanceof Cancelled) throw e;
      const { file, name } = this.type;
      if (!optional) this.report({ file, line, type: name, expression, message: e.message });
      return undefined;
    }
  }

  private shown(value: CppValue, format: Format): string {
    try {
      return this.scope.host.display(value, format) ?? UNNAMED;
    } catch (e) {
      if (e instanceof MemoryUnreadable) return '???';
      throw e;
    }
  }
}

/** Whether a node counts in a view: nodes that name views count in those alone. */
export function inView({ include, exclude }: NatvisViews, view: string | undefined): boolean {
  if (include.length > 0) return view !== undefined && include.includes(view);
  return view === undefined || !exclude.includes(view);
}
