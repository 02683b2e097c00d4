import { statfs } from 'node:fs/promises';
import { checkOptions, type OptionRule, optionInvalid } from '../../core/options';
import type { CheckFunction } from '../../health/result';
import { oneLook, sizeText } from './one-look';

/**
 * Options of `diskSpaceCheck`.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `path` | a file or folder on the disk in question | required |
 * | `warn` | with less free than that it is degraded: bytes, or a percentage such as `'10%'` | `'10%'` |
 * | `fail` | with less free than that it failed; not above `warn` where both are bytes, or both percentages | `'5%'` |
 */
export interface DiskSpaceOptions {
  readonly path: string;
  readonly warn?: number | `${number}%`;
  readonly fail?: number | `${number}%`;
}

/** How much has to be free. */
interface Least {
  readonly amount: number;
  readonly isPercentage: boolean;
}

const RULES: Readonly<Record<string, OptionRule>> = {
  path: [(value) => typeof value === 'string' && value !== '' && !value.includes('\0'), 'a path'],
  warn: 'any',
  fail: 'any',
};

/**
 * Looks at the free space of a disk, as `df` tells it to those who are not root.
 *
 * @param options - See {@link DiskSpaceOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const health = healthOf(telemetry);
 * health.addCheck('disk', diskSpaceCheck({ path: folder, warn: 1, fail: 0 }), { critical: false });
 * (await health.check()).checks.disk?.status; // => 'healthy'
 */
export function diskSpaceCheck(options: DiskSpaceOptions): CheckFunction {
  checkOptions('diskSpaceCheck', options, RULES);
  const { path, warn = '10%', fail = '5%' } = options ?? {};
  if (path === undefined) throw optionInvalid('diskSpaceCheck: path', path, 'a path');
  const [leastToWarn, leastToFail] = [leastOf('warn', warn), leastOf('fail', fail)];
  if (leastToFail.isPercentage === leastToWarn.isPercentage && leastToFail.amount > leastToWarn.amount) {
    throw optionInvalid('diskSpaceCheck: fail', fail, `no more than warn, ${warn}`);
  }
  return oneLook(async () => {
    const { bsize, blocks, bfree, bavail } = await statfs(path);
    const free = bavail * bsize;
    // Some of it only root may use: that is neither free nor used.
    const total = (blocks - bfree + bavail) * bsize;
    const data = { free_bytes: free, total_bytes: total };
    const status = free < bytesOf(leastToFail, total) ? 'unhealthy' : free < bytesOf(leastToWarn, total) ? 'degraded' : 'healthy';
    if (status === 'healthy') return { status, data };
    return { status, data, detail: `${sizeText(free)} of ${sizeText(total)} are free` };
  });
}

const bytesOf = ({ amount, isPercentage }: Least, total: number): number => (isPercentage ? (total * amount) / 100 : amount);

function leastOf(name: string, value: unknown): Least {
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return { amount: value, isPercentage: false };
  const percent = Number(/^(\d{1,3}(?:\.\d+)?)%$/.exec(String(value))?.[1]);
  if (percent >= 0 && percent <= 100) return { amount: percent, isPercentage: true };
  throw optionInvalid(`diskSpaceCheck: ${name}`, value, 'a number of bytes, or a percentage such as "10%"');
}
