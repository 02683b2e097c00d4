export type { SchemaName } from '../schemas/create-schema';
export { usesColors } from './colors';
export { createFormat, type Format, type FormatName, type FormatOptions } from './create-format';
export { formatDuration } from './duration';
export { PATTERN_FIELDS } from './pattern-fields';
