import type { Ownership } from '../../core/protocol/pictures.ts';
import { addressText } from '../picture/addressText.ts';

interface OwnershipTableProps {
  readonly model: Ownership;
  onOpenMemory(address: bigint, beside: boolean): void;
}

/** What the picture shows, as a table: a row for each module with its runtime, that runtime's heap, and bytes. */
export function OwnershipTable({ model, onOpenMemory }: OwnershipTableProps) {
  const { modules, runtimes, flows, pointerSize } = model;
  const bits = pointerSize === 4 ? 32 : 64;
  return (
    <div className="ownership-table">
      <table>
        <caption>Modules and their C runtimes</caption>
        <thead>
          <tr>
            <th scope="col">Module</th>
            <th scope="col">Linked</th>
            <th scope="col">Runtime</th>
            <th scope="col">Heap</th>
            <th scope="col">Busy bytes</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {modules.map((m, i) => {
            const own = runtimes.filter((r) => m.runtimes.includes(r.id));
            const known = flows.filter((f) => f.module === i && f.bytes !== undefined);
            const bytes = known.reduce((sum, f) => sum + (f.bytes ?? 0), 0);
            return (
              <tr key={m.base.toString()}>
                <th scope="row" className="kind-module">
                  {m.name}
                </th>
                <td>{m.linkage}</td>
                <td>{own.map((r) => `[${r.id}] ${r.label}`).join('; ') || (m.runtimeName ?? 'not known')}</td>
                <td className="mono">
                  {own.map((r) =>
                    r.heap === undefined ? (
                      '?'
                    ) : (
                      <button
                        key={r.id}
                        type="button"
                        className="link"
                        onClick={(event) => onOpenMemory(r.heap ?? 0n, event.ctrlKey)}
                      >
                        {addressText(r.heap, bits)}
                      </button>
                    ),
                  )}
                </td>
                <td className="ownership-bytes">
                  {known.length === 0 ? 'not told' : bytes.toLocaleString('en-US')}
                </td>
                <td>{m.evidence[0] ?? ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
