/**
 * `telemetry-bus/node/health`: ready checks of what a process of Node uses up. For `addCheck` of `telemetry-bus/health`.
 *
 * @module
 */
export { type DiskSpaceOptions, diskSpaceCheck } from './disk-space';
export { type EventLoopCheckOptions, eventLoopCheck } from './event-loop';
export { type LogFolderOptions, logFolderCheck } from './log-folder';
export { type MemoryCheckOptions, memoryCheck } from './memory';
