import { type ContextFields, scopeOwner } from '../core/context';
import { isRecord } from '../core/options';
import { NO_ERROR, type PlainLine } from './writer';

/**
 * Adds to a line about an error what the scope tells of errors, such as which request they belong to; its own fields stay. Lines below
 * `warn`, warnings without an error and lines outside of a scope are given back as they are.
 *
 * @param isTagged - The line belongs to a stream, whose records have fields of their own: only an error adds to them.
 */
export function withErrorFields(line: PlainLine, context: ContextFields | undefined, isTagged: boolean): PlainLine {
  if (context === undefined || !isAboutError(line, isTagged)) return line;
  const owner = scopeOwner(context);
  if (owner === undefined) return line;
  const { fields } = line;
  if (fields !== undefined && fields !== null && !isRecord(fields)) return line;
  try {
    // Read once, and first in the line, in their order.
    const own = { ...fields };
    return { ...line, fields: { ...own, ...owner.errorFields(), ...own } };
  } catch {
    // Fields that refuse to be copied are dealt with where they are written.
    return line;
  }
}

function isAboutError({ level, error, mark }: PlainLine, isTagged: boolean): boolean {
  const isError = level === 'error' || level === 'critical';
  if (error !== NO_ERROR) return isError || level === 'warn';
  return isError && !isTagged && mark === undefined;
}
