/** The session's: another tab of the browser has dumps of its own. */
const KEY = 'stillframe.dumps.1';

/** Notes the names of the open dumps, for a page that is loaded anew. */
export function rememberDumps(names: readonly string[]): void {
  sessionStorage.setItem(KEY, JSON.stringify(names));
}

/** What was open in this tab before the page was loaded: their names, for their files cannot be kept. */
export function lostDumps(): readonly string[] {
  try {
    const names: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    // not written by us: nothing was open
    return [];
  }
}
