import type { CppChanges, CppOperations } from '../../eval/index.ts';
import type { Awaitable, ModelContext, ModelValue } from '../../model/index.ts';
import { objectValue } from '../../model/index.ts';
import { Output, plain } from '../../output/index.ts';
import type { Call } from '../command.ts';
import type { Session } from '../session.ts';
import { SessionNatives } from './nativeViews.ts';
import { debuggerObject, debuggerVariables, type ObjectContext } from './objects/index.ts';

/** Names that assignments leave to pseudo-registers (`@$t0 = 1`). */
const PSEUDO_REGISTER = /^\$t1?\d$/i;
/** Commands that one expression runs at most. */
const MAX_COMMANDS = 10_000;
/** Lines of their output that are kept at most. */
const MAX_LINES = 1_000_000;

/** Variables that expressions made (`@$x = …`), by session. */
const variables = new WeakMap<Session, Map<string, ModelValue>>();

/** What commands printed for an expression, in order: one that waits for symbols is begun again, and runs none twice. */
const outputs = new WeakMap<Call, (readonly string[])[]>();

/** One evaluation of an expression of dx in a session. */
export class SessionModel implements ModelContext {
  readonly natives: SessionNatives;
  private readonly objects: ObjectContext;
  private commands = 0;
  private bare: CppOperations | undefined;

  constructor(private readonly call: Call) {
    const { session } = call;
    this.natives = new SessionNatives(session);
    let mine = variables.get(session);
    if (!mine) variables.set(session, (mine = new Map<string, ModelValue>()));
    this.objects = {
      session,
      call,
      model: this,
      userVariables: mine,
      executed: (line) => this.executed(line),
    };
  }

  readonly cpp = (text: string, changes?: CppChanges): CppOperations => {
    const { evaluator } = this.call.session;
    // operations alone, without a text: asked for by every comparison
    return text === '' && !changes ? (this.bare ??= evaluator.cpp('')) : evaluator.cpp(text, changes);
  };

  root(name: string): ModelValue | undefined {
    return name === 'Debugger' ? objectValue(debuggerObject(this.objects)) : undefined;
  }

  variable(name: string): Awaitable<ModelValue | undefined> {
    if (!name.startsWith('$')) return undefined;
    const bare = name.slice(1);
    return (
      this.objects.userVariables.get(bare) ??
      debuggerVariables(this.objects)
        .find((p) => p.name === bare.toLowerCase())
        ?.get()
    );
  }

  /** The names that `@` may stand before, with their sign: the person's variables and the debugger's. */
  variableNames(): string[] {
    const named = debuggerVariables(this.objects).map((p) => p.name);
    return [...this.objects.userVariables.keys(), ...named].map((name) => `$${name}`);
  }

  setVariable(name: string, value: ModelValue): boolean {
    if (!name.startsWith('$') || PSEUDO_REGISTER.test(name)) return false;
    const bare = name.slice(1);
    if (debuggerVariables(this.objects).some((p) => p.name === bare.toLowerCase())) return false;
    if (this.cpp('').operations.environment.pseudo(name.toLowerCase()) !== undefined) return false;
    this.objects.userVariables.set(bare, value);
    return true;
  }

  breathe(): Promise<void> | undefined {
    const { pace } = this.call;
    return pace.due() ? pace.rest() : undefined;
  }

  private async executed(line: string): Promise<readonly string[]> {
    let known = outputs.get(this.call);
    if (!known) outputs.set(this.call, (known = []));
    const index = this.commands++;
    const before = known[index];
    if (before) return before;
    if (index >= MAX_COMMANDS) return [];
    const lines: string[] = [];
    const out = new Output((l) => {
      if (lines.length < MAX_LINES) lines.push(plain(l));
    });
    await this.call.execute(line, out);
    out.flush();
    known[index] = lines;
    return lines;
  }
}
