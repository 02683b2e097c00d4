export type { OtelAnyValue, OtelLogger, OtelLoggerProvider, OtelLogRecord } from './api';
export { type LogBridgeParts, logBridge } from './log-bridge';
