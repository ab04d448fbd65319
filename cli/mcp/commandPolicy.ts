import type { Beyond, Command } from '../../core/commands/index.ts';

/** Why what a command reaches is not for a model that the person has shown some dumps. */
const REASONS: Readonly<Record<Beyond, string>> = {
  'writes files': 'it writes files of this machine',
  'reads files': 'it reads files of this machine',
  'search paths': 'it says where symbols are looked for, which may be folders and servers of anybody',
  'other dumps': 'open_dump opens dumps here, those that the person has allowed',
  'ends the session': 'the person ends the server',
};

/** Why a command is not run for a client of the server; undefined for all that look at the dump and no further. */
export function refuseCommand({ name, beyond }: Pick<Command, 'name' | 'beyond'>): string | undefined {
  return beyond && `${name} is not run here: ${REASONS[beyond]}`;
}
