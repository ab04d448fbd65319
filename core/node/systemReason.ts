import { messageOf } from '../errors/index.ts';

/** What the system's error codes mean to who typed a path (errno.h). */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EBUSY: 'in use by another process',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
};

/** Why the system refused a file, in words without the path and the call; the message of any other error. */
export function systemReason(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? messageOf(thrown);
}
