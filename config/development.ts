import type { ConfigInput } from '../lib/config/table';

/** A developer reads along: everything, for eyes, with the place it comes from. */
export const development: ConfigInput = {
  logLevel: 'debug',
  logFormat: 'pretty',
  logCaller: true,
  logToConsole: true,
  logToFile: true,
  enableDiagnostic: true,
};
