import { createLogger } from './create-logger';
import type { Logger } from './logger';
import type { Pipeline } from './pipeline';
import {
  type AccessFields,
  accessRecord,
  type PerformanceFields,
  performanceRecord,
  type SecurityFields,
  type StreamRecord,
  securityRecord,
} from './stream-records';

/** Writes the lines of the library's own streams. None of it ever throws. */
export interface StreamWriter {
  /** Writes that a request is complete: `request_complete`, at info. */
  access(fields: AccessFields): void;
  /** Writes a security event: `Security event: <name>`, at the level its severity says. */
  security(name: string, fields?: SecurityFields): void;
  /** Writes a measured time: `Performance metric: <name>`, at info. */
  performance(name: string, fields: PerformanceFields): void;
}

/** Makes what writes the streams `access`, `security` and `performance`, through loggers of these names. */
export function createStreamWriter(pipeline: Pipeline): StreamWriter {
  // The caller is some part of this library; `module` and `function` are the fields' own.
  const logger = (stream: StreamRecord['stream']): Logger => createLogger(pipeline, stream, { stream }, false);
  const loggers = { access: logger('access'), security: logger('security'), performance: logger('performance') };
  const write = ({ stream, level, message, fields }: StreamRecord): void => loggers[stream][level](message, fields);
  return Object.freeze({
    access: (fields: AccessFields) => write(accessRecord(fields)),
    security: (name: string, fields: SecurityFields = {}) => write(securityRecord(name, fields)),
    performance: (name: string, fields: PerformanceFields) => write(performanceRecord(name, fields)),
  });
}
