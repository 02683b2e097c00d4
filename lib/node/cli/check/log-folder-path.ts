import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { TelemetryConfig } from '../../../config/load';
import { isGiven, logPlace, type Machine, pathPart } from '../../log-directory';

/**
 * Where an application that starts now would have its log files. Unlike `logPlace`, which an application calls when it starts,
 * it makes no folder: one that is made by whoever checks may be one that the application can't write to.
 *
 * @throws {TelemetryError} `CONFIG_INVALID` for an application whose name can't be part of a path.
 */
export function logFolderPath(config: TelemetryConfig, { home = homedir(), varLog = '/var/log' }: Machine = {}): string {
  const { logDir, app } = config;
  if (isNewEachTime(config)) return resolve(tmpdir());
  if (isOfFile(config) || logDir !== 'auto' || app === undefined) return logPlace(config, false).folder;
  const shared = join(varLog, pathPart('app', app));
  return canHave(shared) ? shared : join(home, `.${app}`, 'logs');
}

/** Whether the folder is a new one in the temporary folder at each start, as in tests. */
export const isNewEachTime = (config: TelemetryConfig): boolean =>
  config.environment === 'test' && !isGiven(config, 'logDir') && !isOfFile(config);

/** Whether `LOG_FILE` names the folder as well. */
const isOfFile = (config: TelemetryConfig): boolean =>
  !isGiven(config, 'logDir') && config.logFile !== undefined && basename(config.logFile) !== config.logFile;

/** Whether a folder is there and can be written to, or can be made in the one above. */
function canHave(folder: string): boolean {
  // A link that leads nowhere is there, too, and in the way.
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return isWritable(dirname(folder));
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true && isWritable(folder);
}

/** Whether files can be made in a folder, as far as its permissions say. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
