import {
  useId,
  useImperativeHandle,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type Ref,
} from 'react';
import { flushSync } from 'react-dom';
import type { DumpSession } from '../client/dumpSession.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import type { Point } from '../parts/hoverTip.ts';
import { isMenuKey } from '../picture/menuKey.ts';
import { lastLinks } from './lastLinks.ts';
import { pastedLines } from './pastedLines.ts';
import { targetAction, type SpanTarget } from './spanTarget.ts';
import { followTarget } from './targetActions.ts';
import { SuggestionList } from './SuggestionList.tsx';

export interface CommandLineHandle {
  focus(): void;
  /** lists the links of the last output, for those who use no pointer */
  links(): void;
  /** adds to the line what was typed elsewhere; a line end runs it */
  type(text: string): void;
  /** lists earlier commands */
  history(): void;
}

/** What the list over the line holds: candidates for the last word, lines of the history, links of the last output. */
interface Suggestions {
  readonly kind: 'completion' | 'history' | 'links';
  readonly items: readonly string[];
  readonly word: string;
  readonly active: number;
}

/** Lines that a search of the history shows. */
const MAX_FOUND = 200;

const LABELS = {
  completion: 'Completions',
  history: 'Earlier commands',
  links: 'Links of the last output',
} as const;
const EMPTY = {
  completion: '',
  history: 'No earlier command holds this text.',
  links: 'The last output has no links.',
} as const;

interface Props {
  readonly session: DumpSession;
  readonly ref: Ref<CommandLineHandle>;
  scroll(pages: number): void;
  /** says what was done that is seen nowhere else */
  say(what: string): void;
  /** the menu key on a link of the list */
  onMenu(target: SpanTarget, at: Point): void;
}

/** The prompt: history, search in it (Ctrl+R), completion (Tab); Enter on an empty line repeats the last command. */
export function CommandLine({ session, ref, scroll, say, onMenu }: Props) {
  const id = useId();
  const context = useStore(session.context);
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [list, setList] = useState<Suggestions>();
  /** position in the history, counted from its end; 0 is the line being typed */
  const back = useRef(0);
  const typed = useRef('');
  const navigate = useNavigate();
  useImperativeHandle(ref, () => ({
    focus: () => input.current?.focus(),
    links: () => {
      input.current?.focus();
      showLinks();
    },
    type: (more) => {
      const lines = `${text}${more}`.split('\n');
      // at once: the next key is this line's own, and may be Enter
      flushSync(() => setText(lines.pop() ?? ''));
      for (const line of lines) void session.run(line);
    },
    history: () => {
      input.current?.focus();
      search(text);
    },
  }));

  const submit = (): void => {
    const line = text.trim() === '' ? (session.history.last ?? '') : text;
    setText('');
    setList(undefined);
    back.current = 0;
    void session.run(line);
  };

  const recall = (step: number): void => {
    const history = session.history.lines;
    const to = Math.max(0, Math.min(history.length, back.current + step));
    if (to === back.current) return;
    if (back.current === 0) typed.current = text;
    back.current = to;
    setText(to === 0 ? typed.current : (history.at(-to) ?? ''));
  };

  const complete = async (): Promise<void> => {
    const { candidates, word } = await session.request('complete', { line: text });
    const [only] = candidates;
    if (only === undefined) return;
    const common = commonStart(candidates);
    if (candidates.length === 1) setText(`${text.slice(0, text.length - word.length)}${only}`);
    else {
      if (common.length > word.length) setText(`${text.slice(0, text.length - word.length)}${common}`);
      const longer = common.length > word.length ? common : word;
      setList({ kind: 'completion', items: candidates, word: longer, active: 0 });
    }
  };

  const search = (part: string): void => {
    const items = [...new Set([...session.history.lines].reverse())]
      .filter((h) => h.toLowerCase().includes(part.toLowerCase()))
      .slice(0, MAX_FOUND);
    setList({ kind: 'history', items, word: part, active: 0 });
  };

  const showLinks = (): void => {
    const items = lastLinks(session.log).map((t) => `${t.text}  ${targetAction(t)}`);
    setList({ kind: 'links', items, word: '', active: 0 });
  };

  const choose = (index: number, beside = false): void => {
    const item = list?.items[index];
    if (!list || item === undefined) return;
    if (list.kind === 'links') {
      const target = lastLinks(session.log)[index];
      setList(undefined);
      if (target) followTarget(target, navigate, beside, say);
      return;
    }
    setText(list.kind === 'history' ? item : `${text.slice(0, text.length - list.word.length)}${item}`);
    setList(undefined);
    input.current?.focus();
  };

  const showMenu = (index: number): void => {
    const target = lastLinks(session.log)[index];
    const at = document.getElementById(`${id}-${index}`)?.getBoundingClientRect();
    setList(undefined);
    if (target && at) onMenu(target, { x: at.left, y: at.top });
  };

  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = event.clipboardData.getData('text/plain');
    if (!/[\r\n]/.test(pasted)) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const [start, end] = [selectionStart ?? text.length, selectionEnd ?? text.length];
    const { run, rest } = pastedLines(text.slice(0, start), pasted, text.slice(end));
    setText(rest);
    for (const line of run) void session.run(line);
  };

  const inList = (event: KeyboardEvent, shown: Suggestions): boolean => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Tab: event.shiftKey ? -1 : 1 };
    const step = steps[event.key];
    const count = shown.items.length;
    if (step !== undefined && count > 0) setList({ ...shown, active: (shown.active + step + count) % count });
    else if (event.key === 'Enter') choose(shown.active, event.ctrlKey);
    else if (event.key === 'Escape') setList(undefined);
    else if (shown.kind === 'links' && isMenuKey(event)) showMenu(shown.active);
    else return false;
    return true;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (list && inList(event, list)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const selected = event.currentTarget.selectionStart !== event.currentTarget.selectionEnd;
    if (event.key === 'Enter') submit();
    else if (event.key === 'ArrowUp') recall(1);
    else if (event.key === 'ArrowDown') recall(-1);
    else if (event.key === 'PageUp') scroll(-1);
    else if (event.key === 'PageDown') scroll(1);
    else if (event.key === 'Tab' && !event.shiftKey && text.trim() !== '') void complete();
    else if (event.key === 'r' && event.ctrlKey && !event.altKey) search(text);
    else if (
      event.key === 'c' &&
      event.ctrlKey &&
      !event.altKey &&
      !selected &&
      String(getSelection()) === ''
    ) {
      if (!session.stop()) setText('');
    } else if (event.key === 'Escape' && text !== '' && session.running.get() === 0) setText('');
    else return;
    event.preventDefault();
  };

  return (
    <div className="command-line mono">
      {list && (
        <SuggestionList
          id={id}
          label={LABELS[list.kind]}
          items={list.items}
          active={list.active}
          empty={EMPTY[list.kind]}
          onChoose={choose}
        />
      )}
      <label htmlFor={`${id}-input`} className="prompt">
        {context?.prompt ?? ''}
      </label>
      <input
        id={`${id}-input`}
        ref={input}
        className="command-input"
        role="combobox"
        aria-expanded={list !== undefined}
        aria-controls={list ? `${id}-list` : undefined}
        aria-activedescendant={list ? `${id}-${list.active}` : undefined}
        aria-label={`Command, ${context?.prompt ?? 'no dump'}`}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          back.current = 0;
          if (list?.kind === 'history') search(event.target.value);
          else setList(undefined);
        }}
        onBlur={() => setList(undefined)}
        onPaste={paste}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

function commonStart(texts: readonly string[]): string {
  let common = texts[0] ?? '';
  for (const text of texts) while (!text.startsWith(common)) common = common.slice(0, -1);
  return common;
}
