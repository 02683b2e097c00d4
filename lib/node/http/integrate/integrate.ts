import { TelemetryError } from '../../../core/errors';
import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../../../core/options';
import { enginesOf, type Hosted } from '../../../engines';
import { healthOf } from '../../../entries/health';
import { type HttpTracking, httpTrackingOf } from '../../../entries/http';
import type { Health } from '../../../health/api';
import { type Admin, type AdminOptions, type AdminTarget, createAdmin } from '../../admin';
import { type NodeHttpOptions, trackHttp } from '../track-http';
import { type IntegrableApp, integrationOf } from './kinds';
import { ownPaths } from './own-paths';

/**
 * Options of `integrate`. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `tracking` | options of `trackHttp`; `false`: requests are not tracked, and their errors not reported | the open tracking of the bus, else a new one |
 * | `health` | `path` of the health routes; `false`: none | `/health` |
 * | `admin` | options of `createAdmin`: mounts the admin API at its own paths; `trustProxy` is that of `tracking` unless said | none: nothing of it can be reached |
 */
export interface IntegrateOptions {
  readonly tracking?: NodeHttpOptions | false;
  readonly health?: { readonly path?: string } | false;
  readonly admin?: AdminOptions;
}

/** What `integrate` put into an application. */
export interface Integration extends Disposable {
  /** `undefined` with `tracking: false`. */
  readonly tracking: HttpTracking | undefined;
  /** `undefined` without the option. */
  readonly admin: Admin | undefined;
  /**
   * Takes everything out, or leaves it without effect where a framework keeps it. A tracking that was open before stays open, and so does one
   * that another integration of the bus uses: the last one closes it.
   */
  close(): void;
}

const isPath = (value: unknown): boolean => typeof value === 'string' && value.length <= 128 && /^(?:\/[\w.~-]+)+$/.test(value);
const OR_OFF: OptionRule = [(value) => value === false || isRecord(value), 'an object of options, or false'];
const RULES: Readonly<Record<keyof IntegrateOptions, OptionRule>> = { tracking: OR_OFF, health: OR_OFF, admin: 'object' };
const HEALTH_RULES: Readonly<Record<string, OptionRule>> = { path: [isPath, 'a path such as /health, without a slash at its end'] };

const integrated = new WeakSet<object>();

/**
 * Puts telemetry into a web application with one call: request tracking, error capture, health routes, and the admin API when its options
 * are given.
 *
 * Every request is tracked, as by `trackHttp`, whether routes are defined before or after. Every error that reaches the error handling of
 * the framework is reported once, with the fields of its request; the application's own error handlers still answer. `GET /health`,
 * `/health/live`, `/health/ready` and `/health/startup` answer anybody with one word, and 503 when it is `fail`; who brings a token of the
 * admin API in `X-Admin-Token` gets its answer instead. These paths, and those of the admin API, never reach the application; give `path` and `basePath` when it
 * has some of the same name.
 *
 * Must be called before `listen()` or `ready()` of Fastify, and before routes and middleware of Hono.
 *
 * @param app - A server of `http`, `https` or `http2`, or an application of Express 4 or 5, Fastify 4 or 5, Koa 2 or 3, Hono 4.
 * @param target - What `startTelemetry` returned, or a bus.
 * @param options - See {@link IntegrateOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, also for an application that is none of these, or has a state that it can't be
 * done in; `ALREADY_STARTED` for an application that is integrated, and for options of a tracking while one is open. Nothing is left of it then.
 * @example
 * const { createServer } = await import('node:http');
 * using integration = integrate(createServer(), telemetry);
 * integration.admin; // => undefined
 */
export function integrate<Events>(app: IntegrableApp, target: AdminTarget<Events>, options: IntegrateOptions = {}): Integration {
  checkOptions('integrate', options, RULES);
  if (options.health) checkOptions('integrate: health', options.health, HEALTH_RULES);
  const putIn = integrationOf(app);
  if (integrated.has(app)) {
    throw new TelemetryError(
      'ALREADY_STARTED',
      'integrate was called for this application before',
      'What it returned was not closed since',
      'Call it once, or close() that one before',
    );
  }
  if (!isRecord(target as unknown)) throw optionInvalid('integrate: target', target, 'what startTelemetry returned, or a bus');
  const started = 'config' in target && 'telemetry' in target ? target : undefined;
  const bus = (started?.telemetry ?? target) as Hosted;
  const closing: (() => void)[] = [];
  const close = (): void => {
    for (const end of closing.splice(0).reverse()) end();
  };
  try {
    const tracking = options.tracking === false ? undefined : trackingOf(bus, options.tracking, closing);
    const admin = options.admin && createAdmin(target, { ...trusting(options.tracking), ...options.admin });
    if (admin !== undefined) closing.push(admin.close);
    const health: Health = started?.health ?? healthOf(bus);
    const find = ownPaths(options.health === false ? undefined : { of: health, path: options.health?.path ?? '/health' }, admin);
    closing.push(putIn({ tracking, find }));
    integrated.add(app);
    closing.push(() => void integrated.delete(app));
    return Object.freeze({ tracking, admin, close, [Symbol.dispose]: close });
  } catch (error) {
    close();
    throw error;
  }
}

/** Who is in front of the application is in front of its admin API as well. */
const trusting = (tracking: IntegrateOptions['tracking']): Pick<AdminOptions, 'trustProxy'> =>
  tracking && tracking.trustProxy !== undefined ? { trustProxy: tracking.trustProxy } : {};

/** A tracking that an integration began, with how many use it. */
interface Begun {
  readonly tracking: HttpTracking;
  users: number;
}

/** The open tracking of the bus, else a new one. The last integration that uses a new one closes it. */
function trackingOf(bus: Hosted, options: NodeHttpOptions | undefined, closing: (() => void)[]): HttpTracking {
  const slot = enginesOf('integrate', bus).single<{ begun: Begun | undefined }>('http-integrations', () => ({ begun: undefined }));
  const open = options === undefined ? httpTrackingOf(bus) : undefined;
  // Somebody may have closed ours, and begun another one.
  const shared = open !== undefined && slot.begun?.tracking.tracker === open.tracker ? slot.begun : undefined;
  if (open !== undefined && shared === undefined) return open;
  const begun: Begun = shared ?? { tracking: trackHttp(bus, options ?? {}), users: 0 };
  slot.begun = begun;
  begun.users++;
  closing.push(() => {
    if (--begun.users > 0) return;
    if (slot.begun === begun) slot.begun = undefined;
    begun.tracking.close();
  });
  return begun.tracking;
}
