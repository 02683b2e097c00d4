/**
 * `telemetry-bus/testing`: what tests of applications import. Runs anywhere.
 *
 * @module
 */
export type { Capture, CapturedEvent, CapturedFrom, CaptureOptions, WaitOptions } from './capture-events';
export { captureEvents } from './capture-events';
export type { FakeClock } from './fake-clock';
export { fakeClock } from './fake-clock';
