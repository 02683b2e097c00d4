/** A request as the gatekeeper sees it, before anything of it is believed. */
export interface Visitor {
  readonly request: Pick<Request, 'method' | 'headers'>;
  /** `undefined` when there was none, or more than one. */
  readonly host: string | undefined;
  readonly peer: string | undefined;
  /** Whether the connection itself is encrypted. */
  readonly encrypted: boolean;
  /** Template of the route, for the security stream: a path may hold what is private. */
  readonly endpoint: string;
}
