import { useMemo } from 'react';
import type { HeapMap } from '../../core/protocol/pictures.ts';
import { sizeText } from '../picture/addressText.ts';
import { paintOf, patternBackground } from '../picture/patternFill.ts';
import type { Tokens } from '../picture/useTokens.ts';
import { type SizeBucket, sizeHistogram } from './sizeHistogram.ts';

interface SizeHistogramProps {
  readonly map: HeapMap;
  readonly tokens: Tokens | undefined;
  onChoose(bucket: SizeBucket): void;
}

/** How many blocks and bytes there are of each size: a row a power of two, busy and free side by side. */
export function SizeHistogram({ map, tokens, onChoose }: SizeHistogramProps) {
  const buckets = useMemo(() => sizeHistogram(map), [map]);
  const most = Math.max(1, ...buckets.map((b) => b.busyBytes + b.freeBytes));
  const fills = useMemo(
    () =>
      tokens && {
        busy: patternBackground(paintOf(tokens, '--use-heap-busy', 'solid')),
        free: patternBackground(paintOf(tokens, '--use-heap-free', 'stripes')),
      },
    [tokens],
  );
  return (
    <div className="heap-histogram">
      <table>
        <caption className="unseen">Blocks by size</caption>
        <thead>
          <tr>
            <th scope="col">Size</th>
            <th scope="col">Busy</th>
            <th scope="col">Bytes</th>
            <th scope="col">Free</th>
            <th scope="col">Bytes</th>
            <th scope="col" className="heap-histogram-bars">
              <span className="unseen">Share</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {buckets.map((b) => (
            <tr key={b.from}>
              <th scope="row">
                <button
                  type="button"
                  className="link"
                  title="Show these blocks in the table"
                  onClick={() => onChoose(b)}
                >
                  {b.from.toLocaleString('en-US')}–{(b.to - 1).toLocaleString('en-US')}
                </button>
              </th>
              <td>{b.busyBlocks.toLocaleString('en-US')}</td>
              <td>{sizeText(b.busyBytes)}</td>
              <td>{b.freeBlocks.toLocaleString('en-US')}</td>
              <td>{sizeText(b.freeBytes)}</td>
              <td className="heap-histogram-bars" aria-hidden="true">
                <span style={{ width: `${(b.busyBytes / most) * 100}%`, background: fills?.busy }} />
                <span style={{ width: `${(b.freeBytes / most) * 100}%`, background: fills?.free }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
