import type { Memory } from '../../target/index.ts';
import { type RecordType, type ValueSource, withLibrary } from '../../types/index.ts';
import type { Session } from '../session.ts';
import { visualizersOf } from '../visualizers.ts';
import { moduleOf } from './resolveName.ts';

/**
 * How values of a module's types are read in the session's view. A forward reference is completed from the module's
 * own types, then from Windows'.
 */
export function valueSource(
  session: Session,
  moduleName?: string,
  memory: Memory = session.target.memory,
): ValueSource {
  const completed = new Map<string, RecordType>();
  const { pointerSize } = session.machine;
  return withLibrary({
    memory,
    pointerSize,
    complete(record) {
      if (!record.forward) return record;
      let known = completed.get(record.name);
      if (!known) completed.set(record.name, (known = definitionOf(session, moduleName, record)));
      return known;
    },
  });
}

/** The same with what NatVis files say of objects, before what is known of the C++ library's: for dx and dv. */
export function visualSource(
  session: Session,
  moduleName?: string,
  memory: Memory = session.target.memory,
): ValueSource {
  const source = valueSource(session, moduleName, memory);
  const visualizers = visualizersOf(session);
  if (!visualizers) return source;
  return {
    ...source,
    summarize(record, address) {
      const text = visualizers.text(record, address, memory, moduleName);
      return text === undefined ? source.summarize?.(record, address) : { kind: 'visualized', text };
    },
  };
}

/** Asks only what is loaded: a pointer to a type that nobody defines is no reason to go for symbols. */
function definitionOf(session: Session, moduleName: string | undefined, record: RecordType): RecordType {
  const module = moduleName === undefined ? undefined : moduleOf(session, moduleName);
  const own = module && session.symbols.loaded(module)?.types;
  for (const source of [...(own ? [own] : []), ...session.layouts(session.machine).sources]) {
    const type = source.find(record.name);
    if (type?.kind === 'record' && !type.forward) return type;
  }
  return record;
}
