import { accessSync, constants, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { TelemetryConfig } from '../config/load';
import type { ConfigKey } from '../config/table';
import { TelemetryError } from '../core/errors';
import { show } from '../core/show';

/** Folders a machine has. */
export interface Machine {
  /** Default: the user's. */
  readonly home?: string;
  /** Default `/var/log`. */
  readonly varLog?: string;
}

/** Where the files of an application are. */
export interface LogPlace {
  /** Absolute. */
  readonly folder: string;
  /** The file of the stream `app` where `LOG_FILE` names both folder and file; absolute. */
  readonly appFile: string | undefined;
  /** The folder is that of one instance; a file outside of it would be shared by all. */
  readonly isPerInstance: boolean;
}

/** Whether somebody gave a value, rather than the library. */
export const isGiven = (config: TelemetryConfig, key: ConfigKey): boolean =>
  config
    .explain()
    .some((row) => row.key === key && row.source !== 'default' && !(row.source === 'config' && row.variable?.startsWith('config/')));

/**
 * Finds the folder of the log files: `logDir` or `LOG_DIR`, else the folder of `LOG_FILE`, else in production
 * {@link productionFolder}, else `./logs`; in tests a new one in the temporary folder.
 *
 * @param isPerInstance - Adds `instances/<instance>/logs`; without a folder that somebody named, it stands where the program runs.
 * @throws {TelemetryError} `CONFIG_INVALID` for an application or instance whose name can't be part of a path.
 */
export function logPlace(config: TelemetryConfig, isPerInstance: boolean, machine: Machine = {}): LogPlace {
  const isNamed = isGiven(config, 'logDir');
  const { logFile } = config;
  const namesBoth = !isNamed && logFile !== undefined && basename(logFile) !== logFile;
  const base = namesBoth ? resolve(dirname(logFile)) : baseOf(config, isNamed, isPerInstance, machine);
  const folder = isPerInstance ? join(base, 'instances', pathPart('instance', config.instance), 'logs') : base;
  return { folder, appFile: namesBoth ? join(folder, basename(logFile)) : undefined, isPerInstance };
}

function baseOf(
  { logDir, environment, app, logDirMode }: TelemetryConfig,
  isNamed: boolean,
  isPerInstance: boolean,
  machine: Machine,
): string {
  if (!isNamed && environment === 'test') return mkdtempSync(join(tmpdir(), 'telemetry-bus-'));
  if (logDir !== 'auto') return isNamed || !isPerInstance ? resolve(logDir) : resolve('.');
  // Nobody knows what to call a folder of an application without a name.
  return app === undefined ? resolve(isPerInstance ? '.' : 'logs') : productionFolder(pathPart('app', app), logDirMode, machine);
}

/**
 * The folder of a service's logs: `/var/log/<app>` where that can be written or made, else `~/.<app>/logs`. Makes the
 * first one to find out.
 */
export function productionFolder(app: string, mode: number, { home = homedir(), varLog = '/var/log' }: Machine = {}): string {
  const shared = join(varLog, app);
  return isUsable(shared, mode) ? shared : join(home, `.${app}`, 'logs');
}

function isUsable(folder: string, mode: number): boolean {
  try {
    mkdirSync(folder, { mode });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

const PART = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Lets a name into a path. @throws {TelemetryError} `CONFIG_INVALID` */
export function pathPart(what: 'app' | 'instance', name: string): string {
  if (PART.test(name)) return name;
  throw new TelemetryError(
    'CONFIG_INVALID',
    `The name of the ${what} can't be part of a path`,
    `Got ${show(name)}`,
    `Use at most 64 letters, digits, ., _ or -, beginning with a letter or digit, or name the files yourself (logDir, streams)`,
  );
}

/**
 * Resolves the name of a log file. Relative names stay in the folder.
 *
 * @param said - Who named it, for the error.
 * @throws {TelemetryError} `OPTION_INVALID` for a relative name that leaves the folder.
 */
export function filePath(folder: string, file: string, said: string): string {
  if (isAbsolute(file)) return resolve(file);
  const parts = file.split(/[\\/]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (!parts.includes('..') && !['', '.'].includes(parts.at(-1)!) && !/[\0-\x1f\x7f]/.test(file)) return join(folder, file);
  throw new TelemetryError(
    'OPTION_INVALID',
    `${said} is not valid`,
    `Got ${show(file)}`,
    'Expected the name of a file in the log directory, or an absolute path',
  );
}
