import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon, type ISearchDecorationOptions } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import type { ConsoleLog, LogLine } from '../client/consoleLog.ts';
import { readTokens, THEME_CHANGE } from '../theme/readTokens.ts';
import { ansiLine } from './ansi.ts';
import type { Point } from '../parts/hoverTip.ts';
import { SpanLinks } from './spanLinks.ts';
import type { SpanTarget } from './spanTarget.ts';
import { terminalTheme } from './terminalTheme.ts';

/** Rows that can be scrolled back to. The log keeps every line; saving and copying take all of them. */
const SCROLLBACK_ROWS = 1_000_000;
/** Lines that are handed to the terminal in one frame, so that typing is answered between them. */
const LINES_PER_FRAME = 100;

/** What the pane's buttons and keys do with the output. */
export interface OutputHandle {
  find(text: string, backward: boolean): boolean;
  endFind(): void;
  selection(): string;
  pages(by: number): void;
}

interface Props {
  readonly log: ConsoleLog;
  readonly ref: Ref<OutputHandle>;
  follow(target: SpanTarget, event: MouseEvent): void;
  hover(target: SpanTarget | undefined, event: MouseEvent): void;
  /** a right click on a link */
  onMenu(target: SpanTarget, at: Point): void;
  /** the person typed while the output had the focus */
  onType(): void;
}

/** The console's output: a terminal that draws the log and takes no input of its own. */
export function ConsoleOutput({ log, ref, follow, hover, onMenu, onType }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const terminalRef = useRef<{ terminal: Terminal; search: SearchAddon }>(undefined);
  const latest = useRef({ follow, hover, onType });
  latest.current = { follow, hover, onType };
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
      fontSize: 13,
      lineHeight: 1.2,
      scrollback: SCROLLBACK_ROWS,
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
    terminalRef.current = { terminal, search };
    const links = new SpanLinks(
      terminal,
      log.lines,
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

    let written = 0;
    let frame = 0;
    const writeSome = (): void => {
      frame = 0;
      const end = Math.min(log.lines.length, written + LINES_PER_FRAME);
      let text = '';
      for (; written < end; written++) {
        if (written % 512 === 0) {
          const at = written;
          terminal.write(text, () => undefined);
          text = '';
          terminal.write('', () => links.beforeLine(at));
        }
        text += `${ansiLine(log.lines[written] ?? EMPTY)}\r\n`;
      }
      terminal.write(text, () => {
        if (written < log.lines.length && frame === 0) frame = requestAnimationFrame(writeSome);
      });
    };
    const onAdd = (added: readonly LogLine[]): void => {
      if (added.length === 0) {
        links.clear();
        terminal.reset();
        written = 0;
      } else if (frame === 0) frame = requestAnimationFrame(writeSome);
    };
    const unsubscribe = log.onAdd(onAdd);
    const resize = new ResizeObserver(() => {
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
    };
    document.addEventListener(THEME_CHANGE, onTheme);
    if (log.lines.length > 0) onAdd(log.lines);
    return () => {
      document.removeEventListener(THEME_CHANGE, onTheme);
      resize.disconnect();
      unsubscribe();
      cancelAnimationFrame(frame);
      terminal.dispose();
      terminalRef.current = undefined;
    };
  }, [log]);

  useImperativeHandle(ref, () => ({
    find: (text, backward) => {
      const options = { decorations: foundColours(), incremental: false };
      const { search } = terminalRef.current ?? {};
      return (backward ? search?.findPrevious(text, options) : search?.findNext(text, options)) ?? false;
    },
    endFind: () => terminalRef.current?.search.clearDecorations(),
    selection: () => terminalRef.current?.terminal.getSelection() ?? '',
    pages: (by) => terminalRef.current?.terminal.scrollPages(by),
  }));

  return (
    <div
      className="console-output"
      ref={element}
      onContextMenu={(event) => {
        if (!under.current) return;
        event.preventDefault();
        onMenu(under.current, { x: event.clientX, y: event.clientY });
      }}
    />
  );
}

const EMPTY: LogLine = { line: [] };
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
