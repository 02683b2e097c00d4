/**
 * `telemetry-bus/node`: what needs Node.
 *
 * Importing it makes `runWithContext` follow awaits, timers and streams on every Node; the main entry finds that out by
 * itself from Node 20.16 on.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type ContextFields, provideContextStorage } from '../core/context';

provideContextStorage(() => new AsyncLocalStorage<ContextFields | undefined>());

export type { ConfigSource } from '../config/explain';
export { describeConfig } from '../config/explain';
export type { ConfigOptions, TelemetryConfig } from '../config/load';
export { loadConfig } from '../config/load';
export { bindContext, type ContextFields, contextFields, runWithContext } from '../core/context';
export type { AccessFields, PerformanceFields, SecurityFields, Severity } from '../log/stream-records';
export type { StreamWriter } from '../log/stream-writer';
export type { ChainKey } from './chain/chain-key';
export { type ChainOptions, chainedSink } from './chain/chained-sink';
export { type FilesReport, verifyFiles } from './chain/verify-files';
export { fileSink } from './file/file-sink';
export type { FileSink, FileSinkOptions, FileSinkStats, KeepOptions, LossSummary, RotatedFile, RotateOptions } from './file/options';
export type { RotateFileOptions, RotateFileResult } from './file/rotate-file';
export { rotateFile } from './file/rotate-file';
export type { MetricsPages, MetricsServer, MetricsServerOptions } from './metrics-server';
export { serveMetrics } from './metrics-server';
export type { StartAlertsOptions, StartCheck, StartHealthOptions, StartMonitorOptions } from './monitoring/options';
export type {
  Counted,
  EventLoopMeasurements,
  LoadMeasurements,
  MemoryMeasurements,
  ProcessCpuMeasurements,
  ProcessMemoryMeasurements,
  RuntimeEvents,
} from './runtime/events';
export { runtimeEvents } from './runtime/events';
export { type Monitor, type MonitorOptions, startMonitor } from './runtime/monitor';
export type { MeasurementsOptions, SystemMeasurementsOptions } from './runtime/options';
export { runtimeMeasurements } from './runtime/runtime';
export type { SystemSample } from './runtime/samples';
export { systemMeasurements } from './runtime/system';
export { startTelemetry } from './start';
export type {
  Accounting,
  ConsoleOptions,
  FlushReport,
  StartedEvents,
  StartedStats,
  StartedTelemetry,
  StartOptions,
  StopReport,
} from './start-options';
export type { StreamOptions, StreamsOptions } from './streams/options';
