import { useEffect, useState } from 'react';
import type { DumpSource, Host } from '../client/host.ts';

/** The dumps that were opened before, asked for again when `open` changes. */
export function useRecentDumps(host: Host, open: unknown): readonly DumpSource[] {
  const [recent, setRecent] = useState<readonly DumpSource[]>([]);
  useEffect(() => {
    let isCurrent = true;
    void host.recentDumps().then((dumps) => isCurrent && setRecent(dumps));
    return () => {
      isCurrent = false;
    };
  }, [host, open]);
  return recent;
}
