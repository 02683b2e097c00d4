/**
 * `telemetry-bus/health`: health checks, probes, and ready checks for what an application depends on. Runs anywhere.
 *
 * @module
 */
import { telemetry } from '../default-bus';
import { enginesOf, type Hosted } from '../engines';
import type { Health } from '../health/api';
import { createHandlersCheck } from '../health/checks/handlers';
import { createSinksCheck } from '../health/checks/sinks';
import { createHealth } from '../health/health';
import type { CheckFunction } from '../health/result';

/**
 * The health checks of a bus: one for each bus, made by the first who asks. Nothing runs until `start()` or `check()`.
 *
 * Each run emits `[telemetry, health, check]` with its `duration` (trace), and each change of a check `[telemetry, health, healthy]`
 * (info), `degraded` (warn) or `unhealthy` (error), never twice for the same state.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @throws {TelemetryError} `OPTION_INVALID` for what is no such bus.
 * @example
 * const health = healthOf(telemetry);
 * health.addCheck('database', () => Promise.reject(new Error('connection refused')));
 * const { status, checks } = await health.check();
 * [status, checks.database?.detail, health.ready().status]; // => ['degraded', 'connection refused', 'fail']
 */
export function healthOf(telemetry: Hosted): Health {
  const engines = enginesOf('healthOf', telemetry);
  return engines.single('health', () => createHealth(engines.health));
}

/**
 * A check of the log's own sinks: degraded, with which and why, when one has dropped lines since the last look, or writes none of those
 * that wait. Never unhealthy: a process that can't log should still work.
 *
 * @param telemetry - The bus whose log it is.
 * @throws {TelemetryError} `OPTION_INVALID` for what is no bus of `createTelemetry`.
 * @example
 * telemetry.configureLog({ sinks: [memorySink()] });
 * const health = healthOf(telemetry);
 * health.addCheck('log', sinksCheck(telemetry), { critical: false });
 * (await health.check()).checks.log?.status; // => 'healthy'
 */
export const sinksCheck = (telemetry: Hosted): CheckFunction => createSinksCheck(enginesOf('sinksCheck', telemetry).health);

/**
 * A check of the bus's handlers: degraded, with their ids, while breakers hold some back after failures.
 *
 * @param telemetry - The bus.
 * @throws {TelemetryError} `OPTION_INVALID` for what is no bus of `createTelemetry`.
 * @example
 * const health = healthOf(telemetry);
 * health.addCheck('handlers', handlersCheck(telemetry), { critical: false });
 * (await health.check()).checks.handlers?.status; // => 'healthy'
 */
export const handlersCheck = (telemetry: Hosted): CheckFunction => createHandlersCheck(enginesOf('handlersCheck', telemetry).health);

export type { CheckHandle, Health, HealthStats } from '../health/api';
export { type HttpCheckOptions, type HttpFetch, type HttpReply, httpCheck } from '../health/checks/http';
export { type PostgresHealthClient, type PostgresHealthPool, postgresCheck } from '../health/checks/postgres';
export { type RedisHealthClient, redisCheck } from '../health/checks/redis';
export type { LatencySummary } from '../health/host';
export type { HealthListener } from '../health/listeners';
export type { CheckOptions, HealthOptions, ProbeName } from '../health/options';
export type { ProbeResult } from '../health/probes';
export type { CheckReport, HealthChange, HealthReport } from '../health/report';
export { type HealthResponse, type HealthResponseOptions, healthResponse } from '../health/response';
export type { CheckContext, CheckDetails, CheckFunction, CheckValue } from '../health/result';
export type { CheckStatus } from '../health/standing';

/** That of the default bus. */
export const health: Health = /* @__PURE__ */ healthOf(telemetry);

/** Adds a check to the default bus; see {@link Health.addCheck}. */
export const addCheck: Health['addCheck'] = (name, check, options) => health.addCheck(name, check, options);
