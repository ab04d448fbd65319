import type { HeapMap, HeapOwners } from '../../core/protocol/pictures.ts';
import { addressText } from '../picture/addressText.ts';

interface DamageListProps {
  readonly map: HeapMap;
  readonly owners?: HeapOwners;
  onOpen(address: bigint, beside: boolean): void;
  onShow(address: bigint): void;
}

interface Row {
  readonly address: bigint;
  readonly problem: string;
  readonly expected?: string;
  readonly found?: string;
  readonly by: string;
}

/** All that is wrong with the heap: what its walk found, and what debug runtimes' blocks show. */
export function DamageList({ map, owners, onOpen, onShow }: DamageListProps) {
  const bits = map.pointerSize === 4 ? 32 : 64;
  const rows: Row[] = [
    ...map.findings.map((f) => ({ ...f, by: 'heap' })),
    ...(owners?.damage ?? []).map((d) => ({ address: d.address, problem: d.what, by: 'debug runtime' })),
  ];
  if (rows.length === 0) {
    const checked = owners ? 'neither the heap nor debug runtimes' : 'the heap does not';
    return (
      <p className="virtual-empty">
        No damage:{' '}
        {owners ? `${checked} show any.` : `${checked} show any; debug blocks are not looked at yet.`}
      </p>
    );
  }
  return (
    <div className="heap-damage">
      <table>
        <caption className="unseen">Damage</caption>
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">What is wrong</th>
            <th scope="col">Expected</th>
            <th scope="col">Found</th>
            <th scope="col">Seen by</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              <td className="mono">
                <button
                  type="button"
                  className="link"
                  title="Open memory; Shift+click shows it in the map"
                  onClick={(event) =>
                    event.shiftKey ? onShow(row.address) : onOpen(row.address, event.ctrlKey)
                  }
                >
                  {addressText(row.address, bits)}
                </button>
              </td>
              <td>{row.problem}</td>
              <td className="mono">{row.expected}</td>
              <td className="mono">{row.found}</td>
              <td>{row.by}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {map.errors > map.findings.length && (
        <p>
          {map.errors.toLocaleString('en-US')} findings in all; the first{' '}
          {map.findings.length.toLocaleString('en-US')} are shown.
        </p>
      )}
    </div>
  );
}
