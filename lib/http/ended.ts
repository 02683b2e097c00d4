import { roundMs } from './endpoints';

/** How a request ended. */
export interface Ended {
  readonly duration: number;
  readonly status: number;
  readonly route: string;
  readonly className: string | undefined;
  readonly aborted: boolean;
  readonly upgraded: boolean;
  readonly requestBytes: number | undefined;
  readonly responseBytes: number | undefined;
}

interface Head {
  readonly method: string;
  readonly path: string;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly httpVersion: string | undefined;
}

/** The fields of an access record, in the order of requirements C5; `request_id` is one of the scope. */
export function asFields({ method, path, ip, userAgent, httpVersion }: Head, ended: Ended): Record<string, unknown> {
  const fields: Record<string, unknown> = { method, path, status: ended.status, duration_ms: roundMs(ended.duration) };
  if (ended.responseBytes !== undefined) fields.content_length = ended.responseBytes;
  if (ip !== undefined) fields.ip = ip;
  if (userAgent !== undefined) fields.user_agent = userAgent;
  fields.route = ended.route;
  if (ended.aborted) fields.aborted = true;
  if (ended.upgraded) fields.upgraded = true;
  if (httpVersion !== undefined) fields.http_version = httpVersion;
  return fields;
}
