import { useEffect, useId, useState, type ReactNode } from 'react';
import { useStore } from '../client/store.ts';
import type { Action } from '../app/action.ts';
import { IS_MAC } from '../app/isMac.ts';
import { keyText } from '../app/keyName.ts';
import { chooseTheme, chosenTheme } from '../app/theme.ts';
import { THEMES } from '../app/themes.ts';
import { themeToken } from './applySettings.ts';
import { parseKeymap, type Parsed } from './keymap.ts';
import { parseColours } from './ownColours.ts';
import { changeSettings, resetSettings, settings } from './settings.ts';
import { TEXT_SIZE } from './settingsModel.ts';
import './settings.css';

interface Props {
  /** all actions with their own keys, before those of the person */
  readonly actions: readonly Action[];
  /** with keys of the person */
  readonly inEffect: readonly Action[];
  isHeard(key: string): boolean;
}

/** What a person sets: theme, text, keys, colours. It counts as it is typed, and is kept. */
export function SettingsPane({ actions, inEffect, isHeard }: Props) {
  const set = useStore(settings);
  const theme = useStore(chosenTheme);
  return (
    <div className="settings pane-rest" role="region" aria-label="Settings" tabIndex={0}>
      <h2>Appearance</h2>
      <Field label="Theme">
        {(id) => (
          <select
            id={id}
            className="field"
            value={theme}
            onChange={(event) => chooseTheme(THEMES.find((t) => t === event.target.value) ?? 'system')}
          >
            {THEMES.map((t) => (
              <option key={t}>{t}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Text size in pixels">{(id) => <TextSize id={id} textSize={set.textSize} />}</Field>
      <Field label="Face of data">
        {(id) => (
          <input
            id={id}
            className="field mono"
            value={set.dataFace}
            placeholder="JetBrains Mono"
            spellCheck={false}
            onChange={(event) => changeSettings({ dataFace: event.target.value })}
          />
        )}
      </Field>
      <h2>Keys</h2>
      <JsonField
        label="Keys of your own"
        text={set.keys}
        placeholder={'{ "pane.memory": "Ctrl+M", "run:!heap -s": "Ctrl+F9" }'}
        parsed={parseKeymap(set.keys, actions)}
        onChange={(keys) => changeSettings({ keys })}
      />
      <KeyTable actions={inEffect} isHeard={isHeard} />
      <h2>Colours</h2>
      <JsonField
        label="Colours of your own, over the theme"
        text={set.colours}
        placeholder={'{ "--ground": "#101418", "--text": "#e8e8e8" }'}
        parsed={parseColours(set.colours, themeToken)}
        onChange={(colours) => changeSettings({ colours })}
      />
      <p>
        <button type="button" className="button" onClick={resetSettings}>
          Forget all of this
        </button>
      </p>
    </div>
  );
}

function Field({ label, children }: { readonly label: string; children(id: string): ReactNode }) {
  const id = useId();
  return (
    <p className="settings-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </p>
  );
}

/** Digits of a size are no size yet: it counts when it is one. */
function TextSize({ id, textSize }: { readonly id: string; readonly textSize: number }) {
  const [typed, setTyped] = useState(String(textSize));
  useEffect(() => setTyped(String(textSize)), [textSize]);
  const { min, max } = TEXT_SIZE;
  return (
    <input
      id={id}
      type="number"
      className="field"
      min={min}
      max={max}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        const size = event.target.valueAsNumber;
        if (size >= min && size <= max) changeSettings({ textSize: Math.round(size) });
      }}
    />
  );
}

interface JsonFieldProps {
  readonly label: string;
  readonly text: string;
  readonly placeholder: string;
  readonly parsed: Parsed<unknown>;
  onChange(text: string): void;
}

function JsonField({ label, text, placeholder, parsed, onChange }: JsonFieldProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="field mono"
        rows={4}
        spellCheck={false}
        value={text}
        placeholder={placeholder}
        aria-invalid={parsed.problems.length > 0}
        aria-describedby={`${id}-problems`}
        onChange={(event) => onChange(event.target.value)}
      />
      <ul id={`${id}-problems`} className="settings-problems" role="status">
        {parsed.problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </>
  );
}

function KeyTable({ actions, isHeard }: Pick<Props, 'isHeard'> & { readonly actions: readonly Action[] }) {
  return (
    <table className="settings-keys">
      <thead>
        <tr>
          <th scope="col">Action</th>
          <th scope="col">Keys</th>
          <th scope="col">Id</th>
        </tr>
      </thead>
      <tbody>
        {actions.map(({ id, title, keys = [] }) => (
          <tr key={id}>
            <td>{title}</td>
            <td>
              {keys.map((key) => (
                <kbd key={key} className={isHeard(key) ? undefined : 'kept'}>
                  {keyText(key, IS_MAC)}
                  {!isHeard(key) && ' (the browser keeps it)'}
                </kbd>
              ))}
            </td>
            <td className="mono">{id}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
