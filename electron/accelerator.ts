/**
 * A key of the page as Electron writes it (docs/api/accelerator.md); undefined for what it has no name for, and for keys
 * that mean something else in every text field.
 */
export function acceleratorOf(key: string): string | undefined {
  const name = key.replace(/^Ctrl\+/, 'CmdOrCtrl+').replace(/Arrow(?=Left$|Right$|Up$|Down$)/, '');
  const isKnown = /^(?:CmdOrCtrl\+)?(?:Alt\+)?(?:Shift\+)?(?:[A-Z0-9]|F\d{1,2}|Left|Right|Up|Down)$/.test(
    name,
  );
  return isKnown && (name.includes('+') || /^F\d/.test(name)) ? name : undefined;
}
