import { useId, useState } from 'react';
import { messageOf } from '../client/messageOf.ts';
import type { PointerVerdict } from '../../core/protocol/pictures.ts';

interface PointerBoxProps {
  onAsk(expression: string): Promise<PointerVerdict>;
  onAnswer(verdict: PointerVerdict | undefined): void;
  /** Runs a command line of a link. */
  onRun?(command: string): void;
}

const SIGNS: Readonly<Record<PointerVerdict['answer'], string>> = {
  'may be freed': '✓',
  'must not be freed': '×',
  'not certain': '?',
};

/** Takes a pointer and says whose it is: one sentence, then what it rests on. */
export function PointerBox({ onAsk, onAnswer, onRun }: PointerBoxProps) {
  const [typed, setTyped] = useState('');
  const [verdict, setVerdict] = useState<PointerVerdict>();
  const [problem, setProblem] = useState('');
  const [isAsking, setAsking] = useState(false);
  const id = useId();
  const ask = async (): Promise<void> => {
    if (typed.trim() === '') return;
    setAsking(true);
    try {
      const found = await onAsk(typed);
      setVerdict(found);
      setProblem('');
      onAnswer(found);
    } catch (e) {
      setVerdict(undefined);
      setProblem(messageOf(e));
      onAnswer(undefined);
    } finally {
      setAsking(false);
    }
  };
  return (
    <section className="pointer-box" aria-label="Who may free a pointer">
      <form
        className="picture-bar"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <label htmlFor={id}>Whose is the pointer</label>
        <input
          id={id}
          className="field mono memory-expression"
          data-goto
          value={typed}
          spellCheck={false}
          autoComplete="off"
          placeholder="3486e8, pBuffer, poi(@esp+4)"
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button" disabled={isAsking}>
          {isAsking ? 'Looking …' : 'Ask'}
        </button>
      </form>
      {problem !== '' && (
        <p className="pointer-problem kind-error" role="alert">
          {problem}
        </p>
      )}
      {verdict && (
        <div className="pointer-answer">
          <p className="pointer-sentence" role="status">
            <strong>
              {SIGNS[verdict.answer]} {verdict.answer}.
            </strong>{' '}
            {verdict.sentence}
          </p>
          <dl>
            {verdict.facts.map(({ title, parts }, i) => (
              <div key={i}>
                <dt>{title}</dt>
                <dd>
                  {parts.map((part, k) => {
                    if (typeof part === 'string') return part;
                    const { text, kind, command } = part;
                    if (!command || !onRun)
                      return (
                        <span key={k} className={kind && `kind-${kind}`}>
                          {text}
                        </span>
                      );
                    return (
                      <button
                        key={k}
                        type="button"
                        className="link mono"
                        title={command}
                        onClick={() => onRun(command)}
                      >
                        {text}
                      </button>
                    );
                  })}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </section>
  );
}
