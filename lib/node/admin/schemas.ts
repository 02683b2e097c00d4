import type { JsonSchema, Route } from './route';

/** An object with these properties and no others; all of them are there but those that are named. */
export const object = (properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

/** An object whose keys are data, such as names of rules. */
export const tableOf = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });

export const orNull = (schema: JsonSchema): JsonSchema => ({ oneOf: [schema, { type: 'null' }] });

export const oneOf = (...words: readonly string[]): JsonSchema => ({ type: 'string', enum: words });

export const TEXT: JsonSchema = { type: 'string' };
export const NUMBER: JsonSchema = { type: 'number' };
export const YES_NO: JsonSchema = { type: 'boolean' };
/** How many of something. */
export const COUNT: JsonSchema = { type: 'integer', minimum: 0 };
/** A duration as it is told: ms, to the microsecond. */
export const inMs = (ms: number): number => Math.round(ms * 1000) / 1000;
/** ms since the epoch. */
export const TIME: JsonSchema = { type: 'number', description: 'ms since the epoch' };
export const ISO_TIME: JsonSchema = { type: 'string', format: 'date-time' };
/** What fields of the application may be, once they are redacted. */
export const PLAIN: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };

const PROBLEM: JsonSchema = {
  type: 'object',
  properties: { type: TEXT, title: TEXT, status: COUNT, detail: TEXT, code: TEXT },
  required: ['type', 'title', 'status', 'detail', 'code'],
};

/** An answer that a route refuses with, besides those that every route has. */
export const refused = (description: string): Route['responses'][number] => ({
  description,
  schema: PROBLEM,
  contentType: 'application/problem+json',
});
