import type { ConfigDefaults } from '../lib/config/table';

/** What holds where neither an argument nor a variable nor the environment's own file says otherwise. */
export const defaults: ConfigDefaults = {
  environment: 'development',
  instance: 'main',
  port: 8000,
  logLevel: 'info',
  logLevels: {},
  logFormat: 'json',
  logSchema: 'default',
  logCaller: false,
  logTimeZone: 'local',
  logStderrFrom: 'silent',
  logToConsole: true,
  logToFile: true,
  logPreset: 'web',
  enableDiagnostic: false,
  filterSensitiveData: true,
  logDir: 'logs',
  logMaxBytes: 52_428_800,
  logBackupCount: 10,
  logFileMode: 0o600,
  logDirMode: 0o700,
};
