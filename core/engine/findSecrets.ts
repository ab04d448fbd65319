import { allViews } from '../commands/process/index.ts';
import type { Session } from '../commands/index.ts';
import type { Secret, Secrets } from '../output/index.ts';
import { type EnvironmentVariable, readPeb } from '../process/index.ts';

/** Variables whose values name a person or a machine. */
const USERS = /^(USERNAME|USER|LOGNAME)$/i;
const MACHINES =
  /^(COMPUTERNAME|USERDOMAIN|USERDOMAIN_ROAMINGPROFILE|USERDNSDOMAIN|LOGONSERVER|HOSTNAME|CLIENTNAME)$/i;
const PROFILES = /^(USERPROFILE|HOMEPATH|HOME)$/i;
/**
 * Variables that Windows sets alike on every machine. Their values stand in paths of every module: they are masked
 * where they are shown as values, and nowhere else.
 */
const COMMON =
  /^(=.*|SystemRoot|windir|SystemDrive|HOMEDRIVE|ComSpec|OS|Path|PATHEXT|PROCESSOR_.*|NUMBER_OF_PROCESSORS|ProgramFiles.*|ProgramW6432|CommonProgram.*|ProgramData|ALLUSERSPROFILE|PUBLIC|TEMP|TMP|APPDATA|LOCALAPPDATA|PSModulePath|DriverData|SESSIONNAME|windows_tracing_.*|FPS_BROWSER_.*|OneDrive.*|PROMPT|WINE.*)$/i;
/** Folders that are the same for everybody; a person's own begin with the profile's. */
const COMMON_FOLDER = /^[A-Z]:\\(Windows|Program Files|ProgramData)\b/i;
/** Shorter values are words of their own everywhere: `1`, `on`, `C:`. */
const SHORTEST_VALUE = 5;
/** One letter is no name that could be told from others. */
const SHORTEST_NAME = 2;

/** What a dump knows of people and machines: read once, before anything of it is shown. */
export function findSecrets(session: Session): Secrets {
  const variables = allViews(session).flatMap((view): readonly EnvironmentVariable[] => {
    const peb = view.target.peb(view.machine);
    return peb === undefined ? [] : (readPeb(view, peb).parameters?.environment?.variables ?? []);
  });
  const texts: Secret[] = [];
  for (const { name, value } of variables) {
    const bare = value.replace(/^\\+/, '');
    if (USERS.test(name)) addName(texts, bare, '<user>');
    else if (MACHINES.test(name)) addName(texts, bare, '<machine>');
    else if (PROFILES.test(name)) addName(texts, bare.split(/[\\/]/).at(-1) ?? '', '<user>');
    else if (!COMMON.test(name) && isOwn(value)) texts.push({ text: value, mask: '<value>' });
  }
  for (const { path } of session.target.modules) {
    const user = /[\\/](?:Users|Documents and Settings|home)[\\/]([^\\/]+)[\\/]/i.exec(path)?.[1];
    if (user !== undefined && !/^(Public|Default|All Users|Administrator)$/i.test(user))
      addName(texts, user, '<user>');
  }
  return { texts, variables: [...new Set(variables.map((v) => v.name))] };
}

/** Whether a value is worth looking for elsewhere: no number, no word like `true`, no folder of everybody's. */
function isOwn(value: string): boolean {
  return value.length >= SHORTEST_VALUE && !/^[\d.]+$/.test(value) && !COMMON_FOLDER.test(value);
}

function addName(texts: Secret[], text: string, mask: string): void {
  if (text.length >= SHORTEST_NAME && !texts.some((t) => t.text === text)) texts.push({ text, mask });
}
