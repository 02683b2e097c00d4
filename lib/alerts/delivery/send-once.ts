import type { Clock } from '../../core/clock';
import { read } from '../../core/read';
import type { AlertsHost } from '../host';
import type { Publish } from '../publishing';
import { type AlertNotification, type DeliveryFailure, failureOf } from '../target';
import type { ReadyTarget } from './ready-target';

const LONGEST_WAIT_MS = 300_000;
const TIMEOUT: DeliveryFailure = { code: 'TIMEOUT', mayPass: true };

interface Parts {
  readonly clock: Clock;
  readonly publish: Publish;
  readonly writeLine: AlertsHost['writeLine'];
  readonly timeoutMs: number;
}

/**
 * Asks a target to send, once, and tells how that ended, once: it sent, it failed, or its time was over. What comes later counts
 * for nothing.
 *
 * @param onEnd - Called later, never at once. `undefined`: it was sent.
 * @returns What gives it up: the signal is aborted, and nothing is told any more.
 */
export function sendOnce(
  { clock, publish, writeLine, timeoutMs }: Parts,
  { given }: ReadyTarget,
  notification: AlertNotification,
  onEnd: (failure: DeliveryFailure | undefined) => void,
): () => void {
  const controller = new AbortController();
  let isOver = false;
  const end = (): boolean => {
    if (isOver) return false;
    isOver = true;
    cancelTimer();
    return true;
  };
  const finish = (failure: DeliveryFailure | undefined): void => {
    if (end()) onEnd(failure);
  };
  const abort = (): void => void publish(() => controller.abort());
  const cancelTimer = clock.setTimer(() => {
    if (!end()) return;
    abort();
    onEnd(TIMEOUT);
  }, timeoutMs);
  // Inside of a promise, what throws at once is a failure like others. The log's own target needs the log.
  const ask = (): unknown => given.send(notification, { signal: controller.signal, writeLine } as never);
  const sent = publish(() => new Promise<unknown>((resolve) => resolve(ask()))) ?? Promise.reject(new Error('It was not asked'));
  sent.then(
    () => finish(undefined),
    (error: unknown) => finish(readFailure(error)),
  );
  return () => {
    if (end()) abort();
  };
}

/** How a delivery failed, as far as it can be told, in plain values. */
function readFailure(error: unknown): DeliveryFailure {
  const failure = failureOf(error);
  const [code, mayPass, wait] = [read(failure, 'code'), read(failure, 'mayPass'), read(failure, 'retryAfterMs')];
  return {
    code: typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'FAILED',
    mayPass: mayPass !== false,
    ...(typeof wait === 'number' && wait > 0 && { retryAfterMs: Math.min(wait, LONGEST_WAIT_MS) }),
  };
}
