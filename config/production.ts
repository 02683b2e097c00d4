import type { ConfigInput } from '../lib/config/table';

/** Files for aggregation. The console is off only while a file can be written, so that records never go nowhere. */
export const production: ConfigInput = {
  logLevel: 'info',
  logFormat: 'json',
  logToConsole: false,
  logToFile: true,
  logDir: 'auto',
  enableDiagnostic: false,
};
