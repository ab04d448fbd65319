import type { CppChanges, CppOperations, CppValue } from '../../eval/index.ts';
import {
  Visualizers,
  type Format,
  type NatvisFile,
  type NatvisHost,
  type NatvisProblem,
  type Visualization,
} from '../../model/index.ts';
import type { Address, Memory } from '../../target/index.ts';
import type { RecordType } from '../../types/index.ts';
import { SessionNatives } from '../dx/index.ts';
import type { Session } from '../session.ts';
import { isElsewhere } from '../variables/index.ts';
import { setVisualizers, visualizersOf, type SessionVisualizers } from '../visualizers.ts';

/** Objects within objects whose texts are shown in one text: `{*this}` goes on for ever. */
const MAX_NESTING = 8;

/** The NatVis files of a session. */
export class LoadedVisualizers implements SessionVisualizers, NatvisHost {
  private readonly all = new Visualizers();
  private readonly natives: SessionNatives;
  private readonly told = new Set<NatvisProblem>();
  private nesting = 0;

  private constructor(private readonly session: Session) {
    this.natives = new SessionNatives(session);
  }

  /** Those of a session; made now if there are none. */
  static of(session: Session): LoadedVisualizers {
    const known = visualizersOf(session);
    if (known instanceof LoadedVisualizers) return known;
    const made = new LoadedVisualizers(session);
    setVisualizers(session, made);
    return made;
  }

  get memory(): Memory {
    return this.session.target.memory;
  }

  get files(): readonly NatvisFile[] {
    return this.all.files;
  }

  /** What went wrong with a file's expressions on objects. */
  failures(file: NatvisFile): readonly NatvisProblem[] {
    return this.all.failures.filter((problem) => problem.file === file.name);
  }

  add(file: NatvisFile): void {
    this.all.add(file);
  }

  remove(name: string): boolean {
    return this.all.remove(name);
  }

  clear(): void {
    this.all.clear();
  }

  cpp(text: string, changes?: CppChanges): CppOperations {
    return this.session.evaluator.cpp(text, changes);
  }

  display(value: CppValue, format: Format): string | undefined {
    return this.natives.shown(value, format).text;
  }

  module(name: string): ReturnType<NatvisHost['module']> {
    const module = this.session.target.modules.byName(name);
    return module && { fileName: module.fileName, version: module.version?.fileVersion };
  }

  of(value: CppValue, view?: string): Visualization | undefined {
    if (this.nesting >= MAX_NESTING) return undefined;
    this.nesting++;
    try {
      return this.all.of(this, value, view);
    } finally {
      this.nesting--;
    }
  }

  text(record: RecordType, address: Address, memory: Memory, module: string | undefined): string | undefined {
    if (this.nesting >= MAX_NESTING) return undefined;
    const place = { address, memory, inRegisters: isElsewhere(address) };
    const found = this.of({ type: record, place, module });
    this.nesting++;
    try {
      return found?.display();
    } finally {
      this.nesting--;
    }
  }

  takeProblems(): readonly NatvisProblem[] {
    const fresh = this.all.failures.filter((problem) => !this.told.has(problem));
    for (const problem of fresh) this.told.add(problem);
    return fresh;
  }
}
