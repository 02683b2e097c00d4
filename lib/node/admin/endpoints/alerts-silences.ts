import type { Silence, SilenceOptions } from '../../../alerts/silences/silences';
import { isTelemetryError } from '../../../core/errors';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { listOf, object, refused, TEXT } from '../schemas';
import { SILENCE, SILENCE_REQUEST } from './alerts-schemas';

type Wanted = Omit<SilenceOptions, 'by'> & { readonly everything?: boolean };

/** `/admin/silences`: what is not to be told for a while. Each change is in the security stream, with who made it and for how long. */
export function silenceRoutes({ alerts, audit, telemetry }: AdminParts): readonly Route[] {
  const { text, texts } = redactedBy(telemetry);
  const found = (id: string): Silence | undefined => alerts.silences().find((silence) => silence.id === id);

  function add(options: SilenceOptions): string {
    try {
      return alerts.silence(options);
    } catch (error) {
      if (!isTelemetryError(error)) throw error;
      throw new Problem(422, error.code, text(`${error.what}. ${error.why}. ${error.fix}`));
    }
  }

  const list: Route = {
    method: 'GET',
    path: '/admin/silences',
    scope: 'read',
    tag: 'alerts',
    summary: 'Silences that are not over',
    responses: { 200: { description: 'At most 200', schema: object({ silences: listOf(SILENCE) }) } },
    handle: () => ({ json: { silences: texts(alerts.silences()) } }),
  };

  const create: Route = {
    method: 'POST',
    path: '/admin/silences',
    scope: 'write',
    tag: 'alerts',
    summary: 'Keeps alerts from being told for a while',
    description: 'They are listed all the same. `by` is the name of the token.',
    body: SILENCE_REQUEST,
    responses: {
      201: { description: 'The silence', schema: object({ silence: SILENCE }) },
      422: refused('It names no rule that there is, or nothing at all, or a time that is none; or there are 200 already'),
    },
    handle({ body, actor }) {
      const { everything, ...wanted } = body as Wanted;
      check(
        wanted,
        everything === true,
        alerts.rules().map(({ name }) => name),
      );
      const silence = texts(found(add({ ...wanted, by: actor.name })));
      audit.changed(actor, 'silence_added', { target: silence!.id, before: null, after: silence, for: wanted.for });
      return { status: 201, json: { silence } };
    },
  };

  const end: Route = {
    method: 'DELETE',
    path: '/admin/silences/{id}',
    scope: 'write',
    tag: 'alerts',
    summary: 'Ends a silence',
    params: { id: { ...TEXT, maxLength: 64, description: 'As `GET /admin/silences` tells it' } },
    responses: {
      200: { description: 'The silence that is over', schema: object({ silence: SILENCE }) },
      404: refused('There is none of that id'),
    },
    handle({ params, actor }) {
      const id = params.id ?? '';
      const silence = texts(found(id));
      if (!alerts.unsilence(id)) {
        throw new Problem(404, 'NOT_FOUND', 'There is no silence of this id; it may be over. GET /admin/silences lists those there are');
      }
      audit.changed(actor, 'silence_ended', { target: id, before: silence, after: null });
      return { json: { silence } };
    },
  };
  return [list, create, end];
}

/** @throws {Problem} for what would silence nothing, or, unless that is said, everything. */
function check({ rule, group, severity }: Wanted, isEverything: boolean, rules: readonly string[]): void {
  const isNarrow = rule !== undefined || group !== undefined || severity !== undefined;
  if (!isNarrow && !isEverything) {
    throw new Problem(422, 'BODY_INVALID', 'It would silence everything. Name a rule, a group or a severity, or say "everything": true');
  }
  if (isNarrow && isEverything) {
    throw new Problem(422, 'BODY_INVALID', 'It says "everything" and names a part of it. Leave one of them out');
  }
  if (rule !== undefined && !rules.includes(rule)) {
    throw new Problem(
      422,
      'BODY_INVALID',
      'It would silence nothing: there is no rule of this name. GET /admin/alerts lists those there are',
    );
  }
}
