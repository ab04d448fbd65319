import { useState } from 'react';
import type { Ownership } from '../../core/protocol/pictures.ts';

type Verdict = Ownership['verdicts'][number][number];

/** The sign of an answer: with its word, so that it needs no colour. */
const SIGNS: Readonly<Record<Verdict['answer'], string>> = { yes: '✓', 'works today': '≈', no: '✕' };
const CLASSES: Readonly<Record<Verdict['answer'], string>> = {
  yes: 'free-yes',
  'works today': 'free-today',
  no: 'free-no',
};

/** May memory of the row be freed by code of the column? Each cell with its reason. */
export function FreeMatrix({ model }: { readonly model: Ownership }) {
  const { runtimes, verdicts } = model;
  const [reason, setReason] = useState('');
  if (runtimes.length === 0) return <p className="virtual-empty">No C runtime is known in this process.</p>;
  return (
    <div className="free-matrix">
      <div className="free-matrix-scroll">
        <table>
          <caption>May memory of the row be freed by code of the column?</caption>
          <thead>
            <tr>
              <td />
              {runtimes.map((by) => (
                <th key={by.id} scope="col" title={by.label}>
                  [{by.id}] {by.module}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runtimes.map((from, i) => (
              <tr key={from.id}>
                <th scope="row" title={from.label}>
                  [{from.id}] {from.label}
                </th>
                {runtimes.map((by, k) => {
                  const verdict = verdicts[i]?.[k];
                  if (!verdict) return <td key={by.id} />;
                  const text = `${from.name} freed by ${by.name}: ${verdict.answer}. ${verdict.reason}`;
                  return (
                    <td key={by.id} className={CLASSES[verdict.answer]}>
                      <button
                        type="button"
                        title={verdict.reason}
                        onFocus={() => setReason(text)}
                        onMouseEnter={() => setReason(text)}
                        onClick={() => setReason(text)}
                      >
                        <span aria-hidden="true">{SIGNS[verdict.answer]} </span>
                        {verdict.answer}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="free-reason" role="status">
        {reason || 'Point at a cell for its reason.'}
      </p>
    </div>
  );
}
