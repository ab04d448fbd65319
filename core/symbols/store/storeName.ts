/** The name of a file, taken from a hostile path, or why it cannot be one. */
export type StoreName = { readonly name: string } | { readonly refused: string };

/** No file system takes longer names. */
const LENGTH_LIMIT = 255;

/** Names that Windows gives to devices, in any folder and with any extension. */
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])(\..*)?$/i;

/**
 * The last part of a path that a dump or an image names (`D:\build\app.pdb`), fit to be looked for in a folder on
 * any system. The rest of the path is never used. Refused: what is no plain name there, and what stands for a device
 * or an alternate stream on Windows.
 */
export function storeName(path: string): StoreName {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const shown = JSON.stringify(name.slice(0, 80));
  if (name === '') return { refused: 'it has no file name' };
  if (name === '.' || name === '..') return { refused: `${shown} is a folder` };
  if (name.length > LENGTH_LIMIT) return { refused: `${shown}… is too long for a file name` };
  if (name.includes(':')) return { refused: `${shown} names a drive or an alternate stream` };
  if (/[\u0000-\u001f<>"|?*\u007f]/.test(name))
    return { refused: `${shown} has characters that no file name has` };
  if (/[. ]$/.test(name)) return { refused: `${shown} ends in a way that Windows drops` };
  if (DEVICES.test(name.trimStart())) return { refused: `${shown} is the name of a device` };
  return { name };
}
