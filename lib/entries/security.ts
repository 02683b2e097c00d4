/**
 * `telemetry-bus/security`: security events, detectors, and the verifier of hash chains. Runs anywhere.
 *
 * @module
 */
import { telemetry } from '../default-bus';
import { enginesOf, type Hosted } from '../engines';
import { createSecurity, type Security } from '../security/security';

/**
 * The security events of a bus: one for each bus, made by the first who asks, with its detectors on. `configure` changes these.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @throws {TelemetryError} `OPTION_INVALID` for what is no such bus.
 * @example
 * telemetry.configureLog({ sinks: [memorySink()] });
 * const security = securityOf(telemetry);
 * for (let attempt = 1; attempt <= 4; attempt++) security.record('authn_login_fail', { ip: '10.0.0.1' });
 * security.counts().byName; // => { authn_login_fail: 4, multiple_failed_attempts: 1 }
 */
export function securityOf(telemetry: Hosted): Security {
  const engines = enginesOf('securityOf', telemetry);
  return engines.single('security', () => createSecurity(engines.security));
}

export { CHAIN_START, type ChainHash } from '../security/chain';
export type { ChainProblem, ChainProblemKind } from '../security/chain-problems';
export type { ChainReport, ChainWriter } from '../security/chain-verifier';
export { type KnownSecurityEvent, SECURITY_EVENTS, type SecurityEventInfo, type SecurityEventName } from '../security/events';
export type { SecurityCounts, SecurityEvent } from '../security/journal';
export type { SecurityListener } from '../security/listeners';
export type { FailureOptions, LimitOptions, SecurityOptions, SuspiciousErrorOptions } from '../security/options';
export type { Security, SecurityEventFields, SecurityStats } from '../security/security';
export type { SecuritySeverity } from '../security/severity';
export { type VerifyChainOptions, verifyChain } from '../security/verify-chain';

/** That of the default bus. */
export const security: Security = /* @__PURE__ */ securityOf(telemetry);
