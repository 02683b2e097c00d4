import { resourceFromEnvironment } from '../../core/variables/otel-resource';
import { capturesContent } from '../../core/variables/otel-variables';
import type { JsonValue, LogRecord } from '../record';
import { ecsSchema } from './ecs';
import { otelSchema } from './otel';
import { pinoSchema } from './pino';

export type SchemaName = 'default' | 'pino' | 'ecs' | 'otel';

/** Arranges a record under other names. Pure; the result has no undefined values and no key twice. */
export type Schema = (record: LogRecord) => { readonly [key: string]: JsonValue };

const MAKERS: Readonly<Record<SchemaName, (fieldsUnder?: string) => Schema>> = {
  default: () => (record) => record as { readonly [key: string]: JsonValue },
  pino: () => pinoSchema,
  ecs: ecsSchema,
  otel: () => {
    const options = { resource: resourceFromEnvironment(), content: capturesContent() };
    return (record) => otelSchema(record, options);
  },
};

export const SCHEMAS: readonly SchemaName[] = Object.keys(MAKERS) as SchemaName[];

/** @param fieldsUnder - The key that the record's own fields are nested under, if they are. */
export const createSchema = (name: SchemaName, fieldsUnder?: string): Schema => MAKERS[name](fieldsUnder);
