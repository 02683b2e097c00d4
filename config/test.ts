import type { ConfigInput } from '../lib/config/table';

/** Tests print their own results: only what went wrong, nothing on disk, and nothing that only a clock decides. */
export const test: ConfigInput = {
  logLevel: 'warn',
  logFormat: 'minimal',
  logToConsole: true,
  logToFile: false,
  enableDiagnostic: false,
  monitorSystemMetrics: false,
};
