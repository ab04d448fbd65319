import { safeFileName } from './safeFileName.ts';

/** Saves what a picture exports, as a download: both hosts ask the person where to. */
export function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = safeFileName(name);
  link.click();
  // the download has begun by then; an early end would cut it
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
