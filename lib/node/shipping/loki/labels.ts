import { secretInvalid } from '../../../alerts/secret';
import { TelemetryError } from '../../../core/errors';
import { isRecord } from '../../../core/options';
import type { LogRecord } from '../../../log/record';

/** What makes a stream. */
export interface LabelPlan {
  readonly constants: Readonly<Record<string, string>>;
  /** Fields of records, and the labels they become. */
  readonly fields: readonly (readonly [field: string, label: string])[];
}

/** Loki takes so many by default. */
const MAX_LABELS = 15;
/** Half of what Loki takes by default. */
const MAX_VALUE_BYTES = 1024;
const MAX_NAME = 128;
/** Few values each, in a program that knows what it is. */
const FIELDS = ['app', 'environment', 'instance', 'level'];

/**
 * Works labels out. Two names that would be the same label are refused.
 *
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function labelPlan(where: string, labels: unknown = {}, labelsFrom: unknown = FIELDS): LabelPlan {
  const isTexts = (values: readonly unknown[]): boolean => values.every((value) => typeof value === 'string' && value !== '');
  if (!isRecord(labels) || !isTexts([...Object.keys(labels), ...Object.values(labels)]))
    throw secretInvalid(`${where}: labels`, 'an object of texts by name');
  if (!Array.isArray(labelsFrom) || !isTexts(labelsFrom)) throw secretInvalid(`${where}: labelsFrom`, 'a list of names of fields');
  const constants = Object.entries(labels as Record<string, string>).map(([name, value]) => [labelName(name), cutBytes(value)] as const);
  const fields = (labelsFrom as string[]).map((field) => [field, labelName(field)] as const);
  const names = [...constants.map(([name]) => name), ...fields.map(([, name]) => name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const why =
    twice !== undefined ? `Two of them are the label ${twice}` : names.length > MAX_LABELS ? `There are ${names.length} of them` : '';
  if (why !== '') {
    const fix = `Give at most ${MAX_LABELS} in all, each of a name of its own`;
    throw new TelemetryError('OPTION_INVALID', `${where}: labels and labelsFrom are not valid`, why, fix);
  }
  return { constants: Object.fromEntries(constants), fields };
}

/** A name as Loki takes it: letters, digits and `_`, no digit first, and not `__`, which is its own. */
export function labelName(name: string): string {
  const plain = name
    .slice(0, MAX_NAME)
    .replace(/[^a-zA-Z0-9_]/g, '_')
    .replace(/^_+/, '_');
  return /^\d/.test(plain) ? `_${plain}` : plain;
}

/** The labels of a line; never none, which Loki refuses. */
export function labelsOf({ constants, fields }: LabelPlan, record: LogRecord | undefined): Readonly<Record<string, string>> {
  const labels: Record<string, string> = { ...constants };
  for (const [field, label] of fields) {
    const value = record === undefined || !Object.hasOwn(record, field) ? undefined : record[field];
    if (typeof value === 'object' || value === undefined || value === '') continue;
    labels[label] = cutBytes(String(value));
  }
  // What Loki itself would call it.
  return Object.keys(labels).length > 0 ? labels : { service_name: 'unknown_service' };
}

/** Never half a character. */
function cutBytes(value: string): string {
  if (value.length * 3 <= MAX_VALUE_BYTES) return value;
  const bytes = Buffer.from(value);
  if (bytes.length <= MAX_VALUE_BYTES) return value;
  let end = MAX_VALUE_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
