/** Files that are taken from dropped folders at most: a symbol store has so many, a whole disk must not be walked. */
const MAX_FILES = 50_000;

/** All files of a drop, those within folders too. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // entries are gone after the first await: they are taken at once
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry());
  const dropped = [...transfer.files];
  // a file is taken as it came: a host may know where it lies
  const files = dropped.filter((_, i) => entries[i]?.isDirectory !== true);
  const folders = entries.filter((entry) => entry?.isDirectory === true);
  while (folders.length > 0 && files.length < MAX_FILES) {
    const entry = folders.shift();
    // Chromium has no names of these classes to ask for
    if (entry?.isFile) files.push(await fileOf(entry as FileSystemFileEntry));
    else if (entry?.isDirectory) folders.push(...(await childrenOf(entry as FileSystemDirectoryEntry)));
  }
  return files;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

/** A reader gives a hundred entries at a time, none at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  while (all.length < MAX_FILES) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}
