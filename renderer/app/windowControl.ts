import type { Arrangement } from './arrangement.ts';
import type { PaneAction } from './paneAction.ts';
import type { PaneName } from './panes.ts';
import type { Theme } from './themes.ts';

/** What actions are made of: the window. */
export interface WindowControl {
  openDumps(): void;
  addSymbols(): void;
  openSample(): void;
  closeTab(): void;
  nextTab(by: number): void;
  showPane(name: PaneName): void;
  newPane(name: PaneName): void;
  closePane(): void;
  nextPane(by: number): void;
  arrange(arrangement: Arrangement): void;
  resetLayout(): void;
  /** puts the focus on the menu */
  menu(): void;
  /** puts the focus into the pane in front */
  focusPane(): void;
  /** has the pane in focus do something */
  pane(action: PaneAction): void;
  /** shows the console and has it do something */
  console(action: PaneAction): void;
  palette(): void;
  nextTheme(): void;
  theme(theme: Theme): void;
  stop(): void;
  run(command: string): void;
  saveLog(): void;
}
