import type { Command } from '../command.ts';
import { aclCommand } from './acl.ts';
import { obja } from './obja.ts';
import { sdCommand } from './sd.ts';
import { sidCommand } from './sid.ts';
import { token } from './token.ts';

/** Security descriptors and tokens. */
export const securityCommands: readonly Command[] = [sidCommand, aclCommand, sdCommand, token, obja];
