import type { Warning } from '../core/warning';
import { createRedactor, type Redactor } from './redaction/redactor';

/** Warnings quote what schemas and errors say, which may quote what they were given. */
export function redactedWarnings(onWarning: (warning: Warning) => void): (warning: Warning) => void {
  let redactor: Redactor | undefined;
  return (warning) => {
    redactor ??= createRedactor();
    onWarning({ ...warning, message: redactor.text(warning.message) });
  };
}
