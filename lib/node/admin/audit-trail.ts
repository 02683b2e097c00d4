import type { Clock } from '../../core/clock';
import { quietly } from '../../core/quietly';
import { DEED } from '../../security/admin-deed';
import type { Security } from '../../security/security';
import { sourceOf } from '../server/source-of';
import type { Audit } from './audit';
import { Bundled } from './audit-bundle';
import type { Actor } from './route';

/** An {@link Audit} that can be ended. */
export interface AuditTrail extends Audit {
  /** Writes what was counted and not told yet; goes on counting. */
  flush(): void;
  /** Writes what was counted and not told yet. What comes later is told one by one. */
  close(): void;
}

const MINUTE = 60_000;
/** How often a flood of refusals is told of, by address: they are security events, and must not fill the disk. */
const REFUSALS = { unauthorized_access: 1000, rate_limit_exceeded: MINUTE } as const;
const MAX_ADDRESSES = 10_000;
const MAX_READS = 1000;

/**
 * Writes what is done through the API to the security stream, which no level and no filter of the log applies to. Never throws.
 *
 * - A change is an `authz_admin` of severity `medium`, each of them: `action`, `target`, `before`, `after`, `actor`, `ip`, `user_agent`.
 * - A read is a `sensitive_read` with `attempted_resource`; further ones of the same actor, address and resource within a minute are one event
 *   at its end, which says in `accesses` how many. At most 1,000 are counted at a time.
 * - A refusal is counted in the same way by the address (those of IPv6 by their /64): a second for `unauthorized_access`, a minute for
 *   `rate_limit_exceeded`, in `attempts`. At most 10,000 addresses are counted at a time.
 *
 * Of what is counted, the oldest goes first where there is no room, and is told of then.
 *
 * The journal of security events keeps of changes and reads who did what as well; see {@link DEED}.
 */
export function createAudit(security: Pick<Security, 'record'>, clock: Clock): AuditTrail {
  const reads = new Bundled(clock, MINUTE, MAX_READS);
  const refusals = {
    unauthorized_access: new Bundled(clock, REFUSALS.unauthorized_access, MAX_ADDRESSES),
    rate_limit_exceeded: new Bundled(clock, REFUSALS.rate_limit_exceeded, MAX_ADDRESSES),
  };

  return Object.freeze<AuditTrail>({
    changed(actor, action, { target, before, after, ...fields }) {
      const deed = { action, target, actor: actor.name, before, after };
      quietly(() =>
        security.record('authz_admin', { ...fields, severity: 'medium', action, target, before, after, ...whose(actor), [DEED]: deed }),
      );
    },
    read(actor, resource) {
      const deed = { action: 'read', target: resource, actor: actor.name };
      const tell = (accesses: number): void =>
        security.record('sensitive_read', { attempted_resource: resource, accesses, ...whose(actor), [DEED]: deed });
      quietly(() => reads.add(JSON.stringify([actor.name, actor.ip, resource]), tell));
    },
    refused(event, actor, endpoint, fields = {}) {
      const tell = (attempts: number): void =>
        security.record(event, { ...fields, endpoint, attempts, ip: actor.ip, user_agent: actor.userAgent });
      quietly(() => refusals[event].add(sourceOf(actor.ip), tell));
    },
    flush() {
      for (const bundled of [reads, ...Object.values(refusals)]) quietly(() => bundled.flush());
    },
    close() {
      for (const bundled of [reads, ...Object.values(refusals)]) quietly(() => bundled.close());
    },
  });
}

const whose = ({ name, ip, userAgent }: Actor): object => ({ actor: name, ip, user_agent: userAgent });
