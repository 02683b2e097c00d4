import { isTelemetryError, type TelemetryError } from '../../core/errors';
import { checkOptions, isRecord, type OptionRule } from '../../core/options';
import { quietly } from '../../core/quietly';
import { read } from '../../core/read';
import type { Warning } from '../../core/warning';

const MAX_COMPLAINTS = 100;

/** Says once what can't be thrown: what is called when something has gone wrong must not make it worse. */
export class Complaints {
  private readonly said = new Set<string>();

  constructor(private readonly warn: (warning: Warning) => void) {}

  /** Each message once, and at most 100 different ones: they may be made of data. */
  say(code: Warning['code'], message: string): void {
    if (this.said.has(message) || this.said.size >= MAX_COMPLAINTS) return;
    this.said.add(message);
    quietly(() => this.warn({ code, message }));
  }

  /** What of the options can be used; the rest is said and left out. */
  accept(where: string, options: unknown, rules: Readonly<Record<string, OptionRule>>): Readonly<Record<string, unknown>> {
    if (options === undefined) return {};
    const accepted: Record<string, unknown> = {};
    for (const [name, rule] of Object.entries(rules)) {
      const value = read(options, name);
      if (value !== undefined && this.passes(where, { [name]: value }, { [name]: rule })) accepted[name] = value;
    }
    // Names that are not known; values were looked at above.
    this.passes(where, namesOf(options), Object.fromEntries(Object.keys(rules).map((name) => [name, 'any'])));
    return accepted;
  }

  private passes(where: string, options: unknown, rules: Readonly<Record<string, OptionRule>>): boolean {
    try {
      checkOptions(where, options, rules);
      return true;
    } catch (refused) {
      const [code, message] = isTelemetryError(refused)
        ? ([refused.code, messageWithoutCode(refused)] as const)
        : (['OPTION_INVALID', `${where} could not read its options`] as const);
      this.say(code, message);
      return false;
    }
  }
}

/** A warning has its code beside the message. */
export function messageWithoutCode({ message, code }: TelemetryError): string {
  const end = ` [${code}]`;
  return message.endsWith(end) ? message.slice(0, -end.length) : message;
}

/** An object of the same names, whose values can be read; what is no object is refused as it is. */
function namesOf(options: unknown): unknown {
  try {
    if (!isRecord(options)) return null;
    return Object.fromEntries(Object.keys(options).map((name) => [name, true]));
  } catch {
    return {};
  }
}
