import { checkOptions, optionInvalid } from '../../../core/options';
import { type Duration, parseDuration } from '../../../core/unit';
import type { Ticket } from '../../../dashboard/wire/session';
import type { AdminToken } from '../admin-options';
import { Problem } from '../problem';
import type { Actor } from '../route';
import type { Holder, Tickets } from './tickets';

/**
 * Options of a one-time ticket.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `for` | how long it can be used, 1 s to 1 h | `'30s'` |
 * | `scope` | what the session that it opens may do; no more than the token that it is made with | all that the token may |
 */
export interface TicketOptions {
  readonly for?: Duration;
  readonly scope?: 'read' | 'write';
}

const MIN_MS = 1000;
const MAX_MS = 3_600_000;
const USUAL = '30s';

/** Makes tickets for those who may have one. */
export class TicketOffice {
  /** @param basePath - What stands before each path of the API. */
  constructor(
    private readonly tokens: readonly AdminToken[],
    private readonly basePath: string,
    private readonly tickets: Tickets,
  ) {}

  /**
   * For the program itself: with the first token that has the scope, or else one that may do more.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
   */
  forProgram(where: string, options: TicketOptions = {}): Ticket {
    checkOptions(where, options, { for: 'any', scope: 'read|write' });
    const lifeMs = lifeOf(`${where}: for`, options.for);
    const writer = this.tokens.find((token) => token.scope === 'write');
    const { scope = writer?.scope ?? 'read' } = options;
    const token = this.tokens.find((one) => one.scope === scope) ?? writer;
    if (token === undefined) throw optionInvalid(`${where}: scope`, scope, "'read': none of the tokens may write");
    return this.make({ name: token.name, scope, until: undefined, session: undefined }, lifeMs);
  }

  /** @throws {Problem} 403 for more than the actor may, 422 for a time that is none. */
  forActor(actor: Actor, options: TicketOptions): Ticket {
    const { scope = actor.scope } = options;
    if (scope === 'none' || (scope === 'write' && actor.scope !== 'write'))
      throw new Problem(
        403,
        'SCOPE_MISSING',
        'A ticket may do no more than who makes it. Ask for scope read, or with a token of scope write',
      );
    let lifeMs: number;
    try {
      lifeMs = lifeOf('for', options.for);
    } catch {
      throw new Problem(422, 'BODY_INVALID', 'for is no time from 1s to 1h. Send a text such as "30s" or "10m"');
    }
    return this.make({ name: actor.name, scope, until: actor.expiresAt, session: actor.session }, lifeMs);
  }

  private make(holder: Holder, lifeMs: number): Ticket {
    const { ticket, expiresAt } = this.tickets.make(holder, lifeMs);
    // Behind the number sign: browsers send it to nobody, and it is in no log.
    return { ticket, expires_at: expiresAt, scope: holder.scope, path: `${this.basePath}/admin/monitoring#ticket=${ticket}` };
  }
}

function lifeOf(what: string, given: Duration | undefined): number {
  const ms = parseDuration(what, given ?? USUAL, MAX_MS);
  if (ms < MIN_MS) throw optionInvalid(what, given, '1s to 1h');
  return ms;
}
