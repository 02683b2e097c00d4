import { isAbsolute } from 'node:path';
import { checkOptions, type OptionRule } from '../../core/options';

/** Options of `systemMeasurements` and `runtimeMeasurements`. All are optional. */
export interface MeasurementsOptions {
  /** The folder that the kernel's files are read from, `proc` and `sys` in it. Default `/`. */
  readonly root?: string;
}

export interface SystemMeasurementsOptions extends MeasurementsOptions {
  /** Which file systems are measured, by absolute paths; at most 32. Default: local disks of `/proc/mounts`, and the root. */
  readonly mounts?: readonly string[];
}

const isPath = (value: unknown): boolean => typeof value === 'string' && isAbsolute(value) && !value.includes('\0');

export const ROOT: OptionRule = [isPath, 'an absolute path'];
export const MOUNTS: OptionRule = [
  (value) => Array.isArray(value) && value.length <= 32 && value.every(isPath),
  'a list of at most 32 absolute paths',
];

export function checkMeasurementsOptions(where: string, options: MeasurementsOptions, hasMounts: boolean): void {
  checkOptions(where, options, { root: ROOT, ...(hasMounts && { mounts: MOUNTS }) });
}
