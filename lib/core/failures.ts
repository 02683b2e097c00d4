import type { Attachment } from './attachment';
import type { Channel, Channels } from './channel';
import type { Clock } from './clock';
import type { Dispatch, DispatchReports } from './dispatch';
import { FAILURE } from './own-events';
import type { Registry } from './registry';
import { show } from './show';
import { stackOf } from './stack';
import type { Warning } from './warning';

const WARN_AGAIN_MS = 60_000;

/**
 * What happens when a handler fails: its policy first, then `[telemetry, handler, failure]`, then, if nobody listens to
 * that, a warning (at most one a minute for each handler).
 *
 * A handler that detaches at its first failure is announced once, however many of its promises reject afterwards. A
 * handler of the failure event that fails is not announced, or two broken ones would call each other for ever.
 */
export function createFailures(
  clock: Clock,
  channels: Channels,
  parts: { readonly registry: Registry; readonly dispatch: Dispatch; readonly warn: (warning: Warning) => void },
): DispatchReports['failed'] {
  const announcements = channels.open(FAILURE, true);
  announcements.held = true;

  return ({ attachment }, channel, kind, reason) => {
    attachment.failures++;
    attachment.breaker?.failed();
    if (attachment.onError === 'detach') {
      if (attachment.announced) return;
      attachment.announced = true;
      parts.registry.remove(attachment);
    }
    const stacktrace = stackOf(reason);
    if (channel !== announcements) {
      const monotonicTime = clock.monotonicTime();
      parts.dispatch.announce(
        announcements,
        { monotonicTime, systemTime: clock.systemTime(monotonicTime) },
        { eventName: channel.name, handlerId: attachment.id, handlerConfig: attachment.config, kind, reason, stacktrace },
      );
      if (parts.registry.hasListener(announcements)) return;
    }
    const now = clock.monotonicTime();
    if (now - attachment.warnedAt < WARN_AGAIN_MS) return;
    attachment.warnedAt = now;
    parts.warn({ code: 'HANDLER_FAILED', message: describe(attachment, channel, stacktrace) });
  };
}

const describe = ({ id, failures, onError }: Attachment, { key }: Channel, stacktrace: string): string =>
  `Handler ${show(id)} failed on ${key} (${failures} so far, onError: "${onError}"${onError === 'detach' ? ', so it was detached' : ''}): ${stacktrace.slice(0, 1000)}`;
