import { dialog, type BrowserWindow } from 'electron';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

const DUMPS = [{ name: 'Dumps', extensions: ['dmp', 'mdmp', 'hdmp', 'gz', 'zip', '7z', 'cab'] }];

/** Asks for files; none where the person chose none. */
export async function chooseFiles(window: BrowserWindow, what: 'dumps' | 'files'): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openFile', 'multiSelections'],
    filters: what === 'dumps' ? [...DUMPS, { name: 'All files', extensions: ['*'] }] : [],
  });
  return canceled ? [] : filePaths;
}

/** Asks where a text goes, and writes it there. Rejects with what the system says. */
export async function saveText(window: BrowserWindow, name: string, text: string): Promise<void> {
  const { filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name) });
  if (filePath) await writeFile(filePath, text);
}
