import type { Sink } from '../sinks/sink';
import { NO_FIELDS } from './payload';
import type { Pipeline } from './pipeline';
import type { RecordLevel } from './record';
import { NO_ERROR } from './writer';

/** A line of the library's own, about itself. */
export interface LineToRender {
  readonly level: RecordLevel;
  readonly message: string;
  readonly fields: object;
}

/** Makes a line as a sink would be given it, by the logger `<app>.telemetry`, and gives it to none. */
export function renderLine(pipeline: Pipeline, line: LineToRender, sink: Sink): string {
  const source = pipeline.writer.loggerSource(`${pipeline.settings.resource.app ?? 'app'}.telemetry`, NO_FIELDS);
  return pipeline.render(source, { ...line, error: NO_ERROR, caller: undefined }, sink);
}
