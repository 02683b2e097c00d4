/** Who looks at the dashboard, and until when. */

/** `GET /admin/session`, and what `POST /admin/session` answers. */
export interface SessionInfo {
  /** Name of the token. */
  readonly name: string;
  readonly scope: 'read' | 'write';
  /** ms since the epoch; `null` for whoever sends a token with each request. */
  readonly expires_at: number | null;
}

/** Body of `POST /admin/session`: one of the two. */
export interface SessionRequest {
  readonly ticket?: string;
  readonly token?: string;
}

/** `POST /admin/tickets`. */
export interface Ticket {
  readonly ticket: string;
  /** ms since the epoch. */
  readonly expires_at: number;
  readonly scope: 'read' | 'write';
  /** Where it is used, behind the host: the ticket stands in the fragment, which no server and no log is sent. */
  readonly path: string;
}
