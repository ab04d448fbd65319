/**
 * Commands that name files, folders or servers of this machine, start programs or leave the dump: not for a model that
 * the person has shown one dump. The list names more than there is, so that what comes later is refused as well.
 */
const REFUSED =
  /^(\.(sympath|symfix|exepath|srcpath|srcfix|srcnoisy|lsrcpath|lsrcfix|open|opendump|dump|writemem|readmem|log\w+|shell|netsyms|server|clients|load\w*|unload\w*|script\w*|nv\w+|cmdtree|create|attach|restart|kill|abandon|remote\w*|outmask|write_cmd_hist|extpath|foreach_file)|!(symcheck|homedir|symsrv|dbgsym)|\$.*[<>].*|lsf|q|qq|qd)$/i;

/** Why a command is not run for a client of the server; undefined for all that only read the dump. */
export function refuseCommand(name: string): string | undefined {
  return REFUSED.test(name)
    ? `${name} is not run here: it reaches beyond the dump, to files or servers of this machine`
    : undefined;
}
