import type { ConfigInput } from '../lib/config/table';

/** As production, but visible on the console too. */
export const staging: ConfigInput = {
  logLevel: 'info',
  logFormat: 'json',
  logToConsole: true,
  logToFile: true,
  enableDiagnostic: false,
};
