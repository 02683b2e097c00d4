import * as assert from 'uvu/assert';
import { type AlertNotification, type AlertTarget, DeliveryError, type DeliveryFailure } from '../../../lib/alerts/target';
import { isTelemetryError } from '../../../lib/index';
import { notificationOf } from './notification';

/** A signal that nobody aborts. */
export const patient = (): AbortSignal => new AbortController().signal;

/** How a promise fails; it must. */
export async function failureOf(work: Promise<unknown>): Promise<DeliveryFailure & { readonly message: string }> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof DeliveryError, String(error));
    return error;
  }
  throw new Error('It did not fail');
}

/** Sends one notification, without end to its patience. */
export const send = (
  target: AlertTarget,
  notification: AlertNotification = notificationOf(),
  signal: AbortSignal = patient(),
): Promise<void> => target.send(notification, { signal });

/** Code and message of the error that something throws at once. */
export function refusalOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    return `${error.code} ${error.message}`;
  }
  return 'none';
}
