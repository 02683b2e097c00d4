import type { Command } from './command';

/**
 * Every command by name, in the order of help. To add one, write `commands/<name>.ts` with `export const command`, and
 * add its line here. A command is loaded when it is asked for, so that none makes another one slow to start.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  demo: () => import('./commands/demo'),
  check: () => import('./commands/check'),
  config: () => import('./commands/config'),
  rotate: () => import('./commands/rotate'),
  verify: () => import('./commands/verify'),
  help: () => import('./commands/help'),
  version: () => import('./commands/version'),
};
