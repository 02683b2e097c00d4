import { read } from '../core/read';

/**
 * The status to answer an error with: the one that it asks for (`status`, else `statusCode`), as errors of frameworks do; else that of the
 * response, if the application has made it one of a failure; else 500. Never throws.
 */
export const statusOfError = (error: unknown, ofResponse?: number): number =>
  [read(error, 'status'), read(error, 'statusCode'), ofResponse].find(isErrorStatus) ?? 500;

/** Whether the request was at fault, not the server. */
export const isExpected = (status: number): boolean => status < 500;

const isErrorStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;
