import type { HandlerFactory } from '../core/handler';
import type { Pipeline } from '../log/pipeline';

/** Id of the built-in log handler. */
export const LOG_HANDLER_ID = 'telemetry-log';

/** The log handler: a function per event that holds what its lines have in common. */
export const createLogHandler =
  (pipeline: Pipeline): HandlerFactory =>
  (event, definition) =>
    pipeline.eventHandler(event, definition);
