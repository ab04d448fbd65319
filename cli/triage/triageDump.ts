import { Engine } from '../../core/engine/index.ts';
import { messageOf, StillframeError } from '../../core/errors/index.ts';
import { nodeHost, openDumpFile, type OpenedDumpFile } from '../../core/node/index.ts';
import type { TriageOutcome, TriageTask } from './triageQueue.ts';

/** Opens one dump and says why its process ended: what `!analyze` says. Never rejects. */
export async function triageDump({
  id,
  dump,
  symbolPath,
  imagePath,
  redact,
}: TriageTask): Promise<Omit<TriageOutcome, 'seconds'>> {
  let file: OpenedDumpFile | undefined;
  try {
    file = await openDumpFile(dump);
    const engine = await Engine.open(file.source, nodeHost({ dump, symbolPath, imagePath, redact }));
    const [result] = await engine.execute('!analyze', { line: () => undefined });
    if (!result?.ok) return { id, dump, ok: false, error: result?.error };
    return { id, dump, ok: true, data: result.data };
  } catch (e) {
    const code = e instanceof StillframeError ? e.code : 'internal';
    return { id, dump, ok: false, error: { code, message: messageOf(e) } };
  } finally {
    file?.cleanup();
  }
}
