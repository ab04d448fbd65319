import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon, type ISearchDecorationOptions } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useId, useImperativeHandle, useRef, useState, type Ref } from 'react';
import type { ConsoleLog } from '../client/consoleLog.ts';
import type { Typing } from '../client/typing.ts';
import { RowScrollBar } from '../picture/RowScrollBar.tsx';
import { settings } from '../settings/settings.ts';
import { readTokens, THEME_CHANGE } from '../theme/readTokens.ts';
import type { Point } from '../parts/hoverTip.ts';
import { LineRows } from './lineRows.ts';
import { OutputWindow, TERMINAL_ROWS, type OutputView } from './outputWindow.ts';
import { SpanLinks } from './spanLinks.ts';
import type { SpanTarget } from './spanTarget.ts';
import { terminalTheme } from './terminalTheme.ts';

/** Lines that hold a text, and which of them is shown, counted from 1. */
export interface Found {
  readonly at?: number;
  readonly lines: number;
}

/** What the pane's buttons and keys do with the output. */
export interface OutputHandle {
  /** Goes to the next line that holds a text. */
  find(text: string, backward: boolean): Found;
  /** How many lines hold it, without going there. */
  count(text: string): Found;
  endFind(): void;
  selection(): string;
  deselect(): void;
  pages(by: number): void;
}

interface Props {
  readonly log: ConsoleLog;
  readonly typing: Typing;
  readonly ref: Ref<OutputHandle>;
  follow(target: SpanTarget, event: MouseEvent): void;
  hover(target: SpanTarget | undefined, event: MouseEvent): void;
  /** a right click on a link */
  onMenu(target: SpanTarget, at: Point): void;
  /** the person typed while the output had the focus */
  onType(): void;
}

/** The console's output: a terminal that draws the log and takes no input of its own. */
export function ConsoleOutput({ log, typing, ref, follow, hover, onMenu, onType }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const found = useRef<{ readonly text: string; readonly line: number }>(undefined);
  const [track, setTrack] = useState(0);
  const terminalRef = useRef<Drawn>(undefined);
  const [view, setView] = useState<OutputView>({ top: 0, lines: 0, rows: 0 });
  const latest = useRef({ follow, hover, onType, setView: keepEqual(setView) });
  latest.current = { ...latest.current, follow, hover, onType };
  const id = useId();
  const under = useRef<SpanTarget>(undefined);

  useEffect(() => {
    const parent = element.current;
    if (!parent) return undefined;
    const terminal = new Terminal({
      allowProposedApi: true,
      convertEol: false,
      disableStdin: true,
      cursorInactiveStyle: 'none',
      fontFamily: readTokens(document.documentElement)('--mono'),
      fontSize: settings.get().textSize,
      lineHeight: 1.2,
      scrollback: TERMINAL_ROWS,
      theme: terminalTheme(),
      linkHandler: null,
    });
    const fit = new FitAddon();
    const search = new SearchAddon();
    terminal.loadAddon(fit);
    terminal.loadAddon(search);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    terminal.open(parent);
    terminal.textarea?.setAttribute('aria-label', 'Console output');
    terminal.textarea?.setAttribute('readonly', '');
    // the hidden field must not be a stop of its own: the command line is
    if (terminal.textarea) terminal.textarea.tabIndex = -1;
    const rows = new LineRows(terminal);
    const output = new OutputWindow(terminal, log, rows, typing, (seen) => latest.current.setView(seen));
    terminalRef.current = { terminal, search, output, rows };
    const links = new SpanLinks(
      terminal,
      log,
      rows,
      (target, event) => latest.current.follow(target, event),
      (target, event) => {
        under.current = target;
        latest.current.hover(target, event);
      },
    );
    terminal.registerLinkProvider(links);
    terminal.attachCustomKeyEventHandler((event) => {
      if (
        event.type === 'keydown' &&
        event.key.length === 1 &&
        !event.ctrlKey &&
        !event.altKey &&
        !event.metaKey
      )
        latest.current.onType();
      return false;
    });

    const unsubscribe = log.onChange((isCleared) => output.changed(isCleared));
    const onWheel = (event: WheelEvent): void => output.wheel(event.deltaY);
    parent.addEventListener('wheel', onWheel, { capture: true, passive: true });
    const resize = new ResizeObserver(() => {
      setTrack(parent.clientHeight);
      if (parent.clientWidth > 0 && parent.clientHeight > 0) fit.fit();
    });
    resize.observe(parent);
    void document.fonts.load('13px "JetBrains Mono"').then(() => {
      // measured again with the face that was still loading
      terminal.options.fontFamily = `${terminal.options.fontFamily ?? ''} `;
      if (parent.clientWidth > 0) fit.fit();
    });
    const onTheme = (): void => {
      terminal.options.theme = terminalTheme();
      const fontFamily = readTokens(document.documentElement)('--mono');
      const fontSize = settings.get().textSize;
      if (terminal.options.fontSize === fontSize && terminal.options.fontFamily?.trim() === fontFamily)
        return;
      Object.assign(terminal.options, { fontSize, fontFamily });
      if (parent.clientWidth > 0) fit.fit();
    };
    document.addEventListener(THEME_CHANGE, onTheme);
    return () => {
      parent.removeEventListener('wheel', onWheel, { capture: true });
      document.removeEventListener(THEME_CHANGE, onTheme);
      resize.disconnect();
      unsubscribe();
      output.dispose();
      terminal.dispose();
      terminalRef.current = undefined;
    };
  }, [log, typing]);

  useImperativeHandle(ref, () => ({
    find: (text, backward) => {
      const drawn = terminalRef.current;
      if (!drawn || text === '') return { lines: 0 };
      const { output, terminal } = drawn;
      const { top, lines } = output.view();
      const step = backward ? -1 : 1;
      // from the last place on, else from what is seen; then once around
      const from = found.current?.text === text ? found.current.line + step : backward ? lines - 1 : top;
      const line = log.find(text, from, step) ?? log.find(text, backward ? lines - 1 : 0, step);
      if (line === undefined) return { lines: 0 };
      found.current = { text, line };
      output.goTo(Math.max(0, line - Math.floor(terminal.rows / 2)), () => showFound(drawn, text, line));
      const { lines: all, before } = log.countFound(text, line);
      return { at: before + 1, lines: all };
    },
    count: (text) => ({ lines: log.countFound(text, 0).lines }),
    endFind: () => {
      found.current = undefined;
      terminalRef.current?.search.clearDecorations();
    },
    deselect: () => terminalRef.current?.terminal.clearSelection(),
    selection: () => terminalRef.current?.terminal.getSelection() ?? '',
    pages: (by) => {
      const { output, terminal } = terminalRef.current ?? {};
      if (terminal) output?.scroll(by * (terminal.rows - 1));
    },
  }));

  const scroll = { top: view.top, rowCount: view.lines, visible: view.rows };
  return (
    <div className="console-output-area">
      <div
        className="console-output"
        ref={element}
        id={id}
        onContextMenu={(event) => {
          if (!under.current) return;
          event.preventDefault();
          onMenu(under.current, { x: event.clientX, y: event.clientY });
        }}
      />
      <RowScrollBar
        scroll={scroll}
        track={track}
        controls={id}
        valueText={`line ${view.top + 1} of ${view.lines}`}
        onScroll={(top) => {
          const { output } = terminalRef.current ?? {};
          if (top >= view.lines - view.rows) output?.toEnd();
          else output?.goTo(Math.round(top));
        }}
      />
    </div>
  );
}

/** What is drawn with. */
interface Drawn {
  readonly terminal: Terminal;
  readonly search: SearchAddon;
  readonly output: OutputWindow;
  readonly rows: LineRows;
}

/** Marks the text in a line that is in the terminal now, and its other places around. */
function showFound({ terminal, search, rows }: Drawn, text: string, line: number): void {
  const row = rows.rowOf(line);
  if (row === undefined) return;
  // the search goes on from the selection
  terminal.select(0, row, 0);
  search.findNext(text, { decorations: foundColours(), incremental: true });
}

/** Views come with each frame: React hears of those that differ. */
function keepEqual(set: (view: OutputView) => void): (view: OutputView) => void {
  let last: OutputView | undefined;
  return (view) => {
    if (last?.top === view.top && last.lines === view.lines && last.rows === view.rows) return;
    last = view;
    set(view);
  };
}

/** Colours of what was found: decorations take no CSS variables. */
function foundColours(): ISearchDecorationOptions {
  const token = readTokens(document.documentElement);
  return {
    matchBackground: token('--found'),
    matchOverviewRuler: token('--found'),
    activeMatchBackground: token('--found-current'),
    activeMatchColorOverviewRuler: token('--found-current'),
  };
}
