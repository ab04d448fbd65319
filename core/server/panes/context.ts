import type { Engine } from '../../engine/index.ts';
import type { ContextModel, DumpModel } from '../../protocol/index.ts';
import { systemModel } from '../../commands/basics/index.ts';
import { heapState } from '../../commands/heapState.ts';

/** Where the person stands, as of now. */
export function contextModel(engine: Engine, generation: number): ContextModel {
  const { session } = engine;
  const { thread, machine, target, frame } = session;
  let loaded = 0;
  let deferred = 0;
  for (const module of target.modules) {
    const status = session.symbols.status(module);
    if (status === 'deferred') deferred++;
    else if (status === 'pdb' || status === 'breakpad') loaded++;
  }
  return {
    generation,
    prompt: engine.prompt(),
    machine: machine.kind,
    pointerSize: machine.pointerSize,
    machines: target.machines.map((m) => m.kind),
    thread: thread && { index: thread.index, id: thread.id, name: thread.name },
    threads: target.threads.length,
    frame,
    override: session.contextOverride !== undefined,
    symbols: { modules: target.modules.length, loaded, deferred },
    heaps: heapState(session),
    ended: session.ended,
  };
}

/** What the header and the small streams say of the dump in effect. */
export function dumpModel(engine: Engine, generation: number): DumpModel {
  const { session } = engine;
  const { target } = session;
  const system = systemModel(session);
  const { os } = target.system;
  const ranges = target.dump.memory;
  let memoryBytes = 0;
  for (let i = 0; i < ranges.count; i++) memoryBytes += Number(ranges.end(i) - ranges.start(i));
  return {
    name: target.name.split(/[\\/]/).at(-1) ?? target.name,
    size: target.dump?.source.size ?? 0,
    process: target.modules.at(0)?.fileName,
    processId: target.system.processId,
    machine: target.system.machine.kind,
    wow64: system.wow64,
    isWindows: system.isWindows,
    osName: system.osName,
    osVersion: `${os.major}.${os.minor}.${os.build}`,
    servicePack: os.servicePack,
    dumpTime: target.system.dumpTime,
    uptimeSeconds: system.processUptimeSeconds,
    kind: system.fullMemory ? 'full' : 'partial',
    flags: system.flags,
    threads: target.threads.length,
    modules: target.modules.length,
    memoryBytes,
    problems: target.dump.problems.map((p) => `${p.what} (at file offset 0x${p.offset.toString(16)})`),
    context: contextModel(engine, generation),
  };
}
