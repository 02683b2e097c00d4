import type { HttpTracking } from '../../../entries/http';
import type { FindOwn } from './own-paths';

/** What is put into an application. */
export interface Parts {
  readonly tracking: HttpTracking | undefined;
  readonly find: FindOwn;
}
