/** What a bundler says of a module when it asks where to put it. */
interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/**
 * Names the chunk of the modules that a start loads anyway: what `entry` and its static imports reach. Left to itself the
 * bundler makes a file of each set of importers, and a start opens thirty; here it opens one.
 */
export function startChunk(entry: string): (id: string, graph: ModuleGraph) => string | undefined {
  let reached: Set<string> | undefined;
  return (id, graph) => {
    reached ??= reach(entry, graph);
    return reached.has(id) ? 'start' : undefined;
  };
}

function reach(entry: string, graph: ModuleGraph): Set<string> {
  const reached = new Set([entry]);
  // a set gives what is added while it is walked
  for (const id of reached) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) reached.add(next);
  return reached;
}
