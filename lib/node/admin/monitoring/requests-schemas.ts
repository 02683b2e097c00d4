import type { JsonSchema } from '../route';
import { COUNT, listOf, NUMBER, object, orNull, TEXT, TIME, YES_NO } from '../schemas';

const OPTIONAL = ['request_id', 'trace_id', 'session_id', 'error_id'];

/** What tells where something belongs; what is not known is not there. */
export const IDS: JsonSchema = object(Object.fromEntries(OPTIONAL.map((name) => [name, TEXT])), OPTIONAL);

export const REQUEST: JsonSchema = object({
  time: { ...TIME, description: 'When it was over, in ms since the epoch' },
  method: TEXT,
  route: { ...TEXT, description: 'Template of the route' },
  path: { ...TEXT, description: 'Without the query' },
  status: COUNT,
  duration_ms: NUMBER,
  class: orNull(TEXT),
  aborted: YES_NO,
  ids: IDS,
});

export const REQUESTS: JsonSchema = object({
  requests: listOf(REQUEST),
  total: { ...COUNT, description: 'How many passed since this API was made' },
  is_tracked: { ...YES_NO, description: 'false: nobody tracks the requests of this program; see trackHttp' },
});
