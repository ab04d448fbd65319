import { INT64, scalarOfBits, type CppNode, type CppValue } from '../../eval/index.ts';
import type { NatvisChild } from './natvisChild.ts';
import type { NatvisNode, NatvisStatement } from './natvisFile.ts';
import { sizeOf } from './nodeValues.ts';
import type { ObjectScope } from './objectScope.ts';
import type { Visualization } from './visualization.ts';

/** Steps of one list: a loop that never breaks ends here. */
const MAX_STEPS = 100_000;
/** Steps after which a list that gives no item lets others work. */
const STEPS_A_PAUSE = 64;
const AT_START: CppNode & { kind: 'number' } = { kind: 'number', value: 0n, type: INT64, at: 0 };

/** Why a body stopped: at a break, or because the list is over. */
type Ended = 'break' | 'over' | undefined;

/** `<CustomListItems>`: a small program with variables of its own that gives the items. */
export function* customItems(
  visualization: Visualization,
  node: NatvisNode & { kind: 'custom list' },
  scope: ObjectScope,
): Generator<NatvisChild> {
  const limit = node.size.length > 0 ? sizeOf(visualization, node.size, scope) : undefined;
  const program = new Program(visualization, node, scope);
  if (!program.begin()) return;
  let index = 0;
  for (const item of program.run()) {
    if (item.kind === 'pause') {
      yield item;
      continue;
    }
    if (limit !== undefined && index >= limit) return;
    yield item.kind === 'value' && item.name === '' ? { ...item, name: `[${index}]` } : item;
    index++;
  }
}

class Program {
  private readonly variables = new Map<string, CppValue>();
  private steps = 0;

  constructor(
    private readonly visualization: Visualization,
    private readonly node: NatvisNode & { kind: 'custom list' },
    private readonly outer: ObjectScope,
  ) {}

  /** Gives the variables their first values; false where one has none. */
  begin(): boolean {
    for (const { name, initial, line } of this.node.variables) {
      const value = this.guarded(line, initial, () => this.scope().evaluate(initial).value);
      const read =
        value && this.guarded(line, initial, () => this.outer.cpp('').operations.decayed(value, AT_START));
      if (!read) return false;
      // a variable is not where its first value was
      this.variables.set(name, { type: read.type, scalar: read.scalar, module: read.module });
    }
    return true;
  }

  *run(): Generator<NatvisChild> {
    yield* this.body(this.node.body);
  }

  private scope(): ObjectScope {
    return this.outer.with(this.variables, (name, value) => this.assign(name, value));
  }

  private assign(name: string, bits: bigint): boolean {
    const known = this.variables.get(name);
    if (!known) return false;
    this.variables.set(name, { ...known, scalar: scalarOfBits(bits, known.type) });
    return true;
  }

  private *body(statements: readonly NatvisStatement[]): Generator<NatvisChild, Ended> {
    for (const statement of statements) {
      if (++this.steps > MAX_STEPS) return 'over';
      if (this.steps % STEPS_A_PAUSE === 0) yield { kind: 'pause' };
      const ended = yield* this.statement(statement);
      if (ended) return ended;
    }
    return undefined;
  }

  private *statement(statement: NatvisStatement): Generator<NatvisChild, Ended> {
    switch (statement.kind) {
      case 'loop':
        while (this.holds(statement.line, statement.condition)) {
          if (++this.steps > MAX_STEPS) return 'over';
          if (this.steps % STEPS_A_PAUSE === 0) yield { kind: 'pause' };
          const ended = yield* this.body(statement.body);
          if (ended === 'over') return ended;
          if (ended === 'break') return undefined;
        }
        return undefined;
      case 'if':
        for (const { condition, body } of statement.branches) {
          if (this.holds(statement.line, condition)) return yield* this.body(body);
        }
        return undefined;
      case 'break':
        return this.holds(statement.line, statement.condition) ? 'break' : undefined;
      case 'exec': {
        if (!this.holds(statement.line, statement.condition)) return undefined;
        const done = this.guarded(statement.line, statement.expression, () =>
          this.scope().evaluate(statement.expression),
        );
        // a program that went wrong gives no more items
        return done ? undefined : 'over';
      }
      case 'item': {
        if (!this.holds(statement.line, statement.condition)) return undefined;
        const scope = this.scope();
        const found = this.guarded(statement.line, statement.expression, () =>
          scope.evaluate(statement.expression),
        );
        if (!found) return 'over';
        const { line, name } = statement;
        const shown = name ? this.visualization.filled({ line, optional: false }, name, scope) : '';
        yield { kind: 'value', name: shown ?? '', ...found, element: true };
        return undefined;
      }
    }
  }

  private holds(line: number, condition: string | undefined): boolean {
    if (condition === undefined) return true;
    return this.guarded(line, condition, () => this.scope().isTrue(condition)) ?? false;
  }

  private guarded<T>(line: number, expression: string, compute: () => T): T | undefined {
    return this.visualization.guarded({ line, optional: false }, expression, compute);
  }
}
