import { formatDuration } from '../../../log/formats/duration';

/** What `telemetry-bus check` has found about one thing. */
export interface Finding {
  /** What was looked at: `configuration`, `log folder`, `port`, or the name of an instance. */
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'failed';
  /** One line for people; secrets are not in it. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
  /** More lines, such as the single problems of a configuration. */
  readonly details?: readonly string[];
  /** For programs; `PORT_IN_USE` decides about the exit code. */
  readonly code?: string;
  /** How long an answer took. */
  readonly ms?: number;
}

/** What scripts rely on. */
const EXIT_CODES = { ok: 0, portInUse: 10, failed: 11 } as const;

/** 10 says that a free port is all that is missing; with any other failure it is 11. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const failed = findings.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return EXIT_CODES.ok;
  return failed.every(({ code }) => code === 'PORT_IN_USE') ? EXIT_CODES.portInUse : EXIT_CODES.failed;
}

/** Something is as it should be. */
export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message });

/** Something works, but not as somebody may expect. */
export const warning = (check: string, message: string, fix?: string): Finding => ({
  check,
  status: 'warning',
  message,
  ...(fix !== undefined && { fix }),
});

/** An application can't start like this. */
export const failed = (check: string, message: string, fix: string, code?: string): Finding => ({
  check,
  status: 'failed',
  message,
  fix,
  ...(code !== undefined && { code }),
});

/** Something was asked, and nothing is known yet. */
export const interrupted = (name: string, askedMs: number): Finding =>
  failed(name, `${name} had not answered when it was interrupted, after ${seconds(askedMs)}`, 'Run it again.', 'NOT_RESPONDING');

/** `2.5 s`, as people wait. */
export const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;

/** Something was asked and is well, or nearly so. */
export function answered(
  name: string,
  { ms, isDegraded, detail }: { ms: number; isDegraded: boolean; detail: string | undefined },
): Finding {
  const time = formatDuration(ms);
  if (!isDegraded) return { check: name, status: 'ok', message: `${name} is healthy and responding (${time})`, ms };
  return {
    check: name,
    status: 'warning',
    message: `${name} is responding (${time}), but degraded${detail === undefined ? '' : `: ${detail}`}`,
    ms,
  };
}
