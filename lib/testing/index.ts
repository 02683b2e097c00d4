/**
 * `telemetry-bus/testing`: what tests of applications import. Runs anywhere.
 *
 * @module
 */
export type { Capture, CapturedEvent, CapturedFrom, CaptureOptions } from './capture-events';
export { captureEvents } from './capture-events';
export type { CaptureRecordsOptions, RecordCapture, RecordingBus } from './capture-records';
export { captureRecords } from './capture-records';
export type { FakeClock } from './fake-clock';
export { fakeClock } from './fake-clock';
export type { WaitOptions } from './waiting';
