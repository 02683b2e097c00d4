import type { TelemetryConfig } from '../../../config/load';
import { isTelemetryError } from '../../../core/errors';
import { type CheckFunction, type Reading, readingOf } from '../../../health/result';
import { diskSpaceCheck, logFolderCheck } from '../../health/index';
import { sizeText } from '../../health/one-look';
import { askOnce } from './ask';
import { type Finding, failed, ok, warning } from './finding';
import { checkLogFiles } from './log-files';
import { logFolderPath } from './log-folder-path';
import { nearestThere, whyNoFolder } from './nearest-there';
import { fixFor, tryToWrite } from './try-to-write';

const FOLDER = 'log folder';
const DISK = 'disk';
/** A network drive that is away may never answer. */
const LIMIT_MS = 5_000;

/** Whether log files can be written, how much they take, and how much room there is for more. Makes no folder. */
export async function checkLogFolder(config: TelemetryConfig, signal: AbortSignal): Promise<Finding[]> {
  if (!config.logToFile) return [ok(FOLDER, 'No log files are written, because LOG_TO_FILE is false')];
  let folder: string;
  try {
    folder = logFolderPath(config);
  } catch (error) {
    if (!isTelemetryError(error)) throw error;
    return [failed(FOLDER, `${error.what}. ${error.why}`, `${error.fix}.`)];
  }
  const there = nearestThere(folder);
  const found = there === folder ? await checkFolder(folder, signal) : checkPlace(folder, there);
  return [found, ...checkLogFiles(config, folder), ...(await checkDisk(there, signal))];
}

async function checkFolder(folder: string, signal: AbortSignal): Promise<Finding> {
  const kind = whyNoFolder(folder);
  if (kind !== undefined) {
    return failed(FOLDER, `${folder} is ${kind}`, 'Remove what is there, or name another folder: LOG_DIR.');
  }
  const problem = tryToWrite(folder);
  if (problem !== undefined) return failed(FOLDER, `Nothing can be written in the log folder ${folder}: ${problem}`, fixFor(problem));
  const { outcome, data } = await lookedAt(logFolderCheck({ folder, maxBytes: Number.MAX_SAFE_INTEGER }), signal);
  return ok(
    FOLDER,
    `The log folder ${folder} can be written to${data === undefined ? '' : `; it holds ${contents(data, outcome === 'pass')}`}`,
  );
}

function contents({ bytes, files }: NonNullable<Reading['data']>, isWhole: boolean): string {
  if (files === 0) return 'no file yet';
  return `${isWhole ? '' : 'more than '}${sizeText(Number(bytes))} in ${Number(files).toLocaleString('en-US')} file${files === 1 ? '' : 's'}`;
}

function checkPlace(folder: string, above: string): Finding {
  const kind = whyNoFolder(above);
  const code = kind === undefined ? tryToWrite(above) : undefined;
  const problem = kind === undefined ? code : `it is ${kind}`;
  if (problem === undefined) return ok(FOLDER, `The log folder ${folder} is not there yet and can be made`);
  const isPermission = code === undefined || ['EACCES', 'EPERM', 'ENOENT'].includes(code);
  const fix = isPermission ? 'Make it for the user the application runs as, or name another one: LOG_DIR.' : fixFor(code);
  return failed(FOLDER, `The log folder ${folder} can't be made in ${above}: ${problem}`, fix);
}

/** Nothing where the platform does not tell. */
async function checkDisk(path: string, signal: AbortSignal): Promise<Finding[]> {
  const { outcome, data } = await lookedAt(diskSpaceCheck({ path }), signal);
  const [free, total] = [Number(data?.free_bytes), Number(data?.total_bytes)];
  if (!(total > 0)) return [];
  const message = `The disk of ${path} has ${sizeText(free)} free of ${sizeText(total)}, ${Math.round(100 * (1 - free / total))} % are used`;
  if (outcome === 'pass') return [ok(DISK, message)];
  const fix = 'Make room: delete old files, or keep fewer log files (LOG_BACKUP_COUNT).';
  return [outcome === 'warn' ? warning(DISK, message, fix) : failed(DISK, message, fix)];
}

/** What a check of `telemetry-bus/node/health` finds; nothing when it can't look. */
async function lookedAt(check: CheckFunction, signal: AbortSignal): Promise<Partial<Reading>> {
  try {
    return readingOf(await askOnce(check, LIMIT_MS, signal), (text) => text);
  } catch {
    return {};
  }
}
