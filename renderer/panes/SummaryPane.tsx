import { useState } from 'react';
import type { DumpModel, SummaryModel, TriageLineModel } from '../../core/protocol/index.ts';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { useModel } from '../client/useModel.ts';
import { countText, sizeText } from '../parts/format.ts';
import { PaneState } from '../parts/PaneState.tsx';
import { SummaryStack } from './SummaryStack.tsx';
import './panes.css';

/** The first thing a person sees: which process, why it ended and how that is known, what to do next. */
export function SummaryPane() {
  const session = useSession();
  const dump = useStore(session.dump);
  // where the person goes later does not change why the process ended
  const asked = useModel('summary', dump && {}, 'reload');
  return (
    <div className="pane-column">
      <div className="pane-rest" tabIndex={0} role="region" aria-label="Summary">
        <div className="summary">
          {dump && <Facts dump={dump} />}
          <PaneState asked={asked} what="why the process ended">
            {(summary) => <Triage summary={summary} />}
          </PaneState>
        </div>
      </div>
    </div>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function Facts({ dump }: { readonly dump: DumpModel }) {
  const when = dump.dumpTime === undefined ? 'not in the dump' : new Date(dump.dumpTime * 1000).toUTCString();
  const id = dump.processId === undefined ? '' : ` (process ${dump.processId.toString(16)}h)`;
  const kind = dump.kind === 'full' ? 'full memory' : 'part of the memory';
  const held = `${sizeText(dump.memoryBytes)} of memory in ${sizeText(dump.size)}`;
  return (
    <>
      <h1>{dump.process ?? dump.name}</h1>
      <dl className="facts">
        <dt>Process</dt>
        <dd>
          {dump.process ?? 'unknown'}
          {id}, {dump.machine}
          {dump.wow64 ? ' with a 32-bit view (WOW64)' : ''}, {counted(dump.threads, 'thread')},{' '}
          {counted(dump.modules, 'module')}
        </dd>
        <dt>{dump.isWindows ? 'Windows' : 'System'}</dt>
        <dd>
          {[dump.osName, dump.osVersion === '0.0.0' ? '' : dump.osVersion, dump.servicePack]
            .filter((t) => t !== undefined && t !== '')
            .join(' ')}
        </dd>
        <dt>Written</dt>
        <dd>
          {when}
          {dump.uptimeSeconds === undefined
            ? ''
            : `, ${countText(Math.floor(dump.uptimeSeconds))} s after the process began`}
        </dd>
        <dt>Dump</dt>
        <dd>
          {dump.name}: {kind}, {held}
        </dd>
      </dl>
      {dump.problems.length > 0 && (
        <ul className="warnings" aria-label="Problems of the file">
          {dump.problems.map((p) => (
            <li key={p}>{sentence(p)}</li>
          ))}
          <li>
            What can be read is shown. If the file was copied or uploaded, it may be cut short: fetch it
            again.
          </li>
        </ul>
      )}
    </>
  );
}

function Triage({ summary }: { readonly summary: SummaryModel }) {
  return (
    <>
      <h2>Why it ended</h2>
      <dl className="triage">
        {summary.triage.map((line, i) => (
          <TriageLine key={i} line={line} />
        ))}
      </dl>
      <h2>Next</h2>
      <NextSteps steps={summary.next} />
      {summary.stack.length > 0 && <SummaryStack summary={summary} />}
      {summary.warnings.length > 0 && <Warnings warnings={summary.warnings} />}
    </>
  );
}

function NextSteps({ steps }: { readonly steps: SummaryModel['next'] }) {
  const navigate = useNavigate();
  return (
    <div className="steps">
      {steps.map((step) => (
        <button
          key={step.command}
          type="button"
          className="button"
          onClick={() => {
            navigate.run(step.command);
            navigate.pane('console');
          }}
        >
          <span className="mono">{step.command}</span>
          <small>{step.why}</small>
        </button>
      ))}
    </div>
  );
}

/** Warnings that are shown at once: a stack through many modules has one for each. */
const WARNINGS = 4;

function Warnings({ warnings }: { readonly warnings: SummaryModel['warnings'] }) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? warnings : warnings.slice(0, WARNINGS);
  return (
    <>
      <h2>Warnings</h2>
      <ul className="warnings">
        {shown.map((w) => (
          <li key={w.text}>
            {w.text} {w.todo} <RunLink command={w.command} />
          </li>
        ))}
      </ul>
      {shown.length < warnings.length && (
        <button type="button" className="link" onClick={() => setAll(true)}>
          {counted(warnings.length - shown.length, 'more warning')}
        </button>
      )}
    </>
  );
}

/** A command that says more: a click runs it in the console. */
function RunLink({ command }: { readonly command: string | undefined }) {
  const navigate = useNavigate();
  if (command === undefined) return undefined;
  return (
    <button
      type="button"
      className="link mono"
      onClick={() => {
        navigate.run(command);
        navigate.pane('console');
      }}
    >
      {command}
    </button>
  );
}

function TriageLine({ line }: { readonly line: TriageLineModel }) {
  return (
    <>
      <dt>{line.label}</dt>
      <dd>
        {line.text}
        {line.certainty && <span className="certainty">{line.certainty}</span>}
        <p className="evidence">
          {line.evidence.map((e) => (
            <span key={e}>{e}</span>
          ))}
          <RunLink command={line.command} />
        </p>
      </dd>
    </>
  );
}
