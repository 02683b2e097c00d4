/** What the command line of the demo asks for. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDuration } from '../../../core/unit';
import { UsageError } from '../usage-error';

/**
 * A time such as `8s`, `10m`, `1.5h`, in ms.
 *
 * @throws {UsageError}
 */
export function readTime(time: string): number {
  try {
    return parseDuration('--for', time);
  } catch {
    throw new UsageError(`--for ${time} is not a time; write it as 8s, 10m or 1.5h, 24 days at most`);
  }
}

/**
 * A port; 0 stands for a free one.
 *
 * @param option - Whose it is: `--metrics`.
 * @throws {UsageError}
 */
export function readPort(option: string, port: string): number {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port);
  throw new UsageError(`${option} ${port} is not a port; write 0 for a free one, or up to 65535`);
}

/**
 * The absolute path of a folder.
 *
 * @throws {UsageError} when there is none.
 */
export function readFolder(folder = '.'): string {
  const path = resolve(folder);
  if (!isFolder(path)) throw new UsageError(`There is no folder ${path}`);
  return path;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
