/** What keys of the window do in the pane that has the focus. */
export type PaneAction =
  | 'focus'
  | 'find'
  | 'findNext'
  | 'findPrevious'
  | 'goto'
  | 'back'
  | 'forward'
  | 'fields'
  | 'links'
  | 'history'
  | 'copyOutput'
  | 'clear'
  | 'type';
