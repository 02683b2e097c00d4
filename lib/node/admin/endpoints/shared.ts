import { enginesOf } from '../../../engines';
import type { AdminParts } from '../parts';

interface Shared<One> {
  readonly one: One;
  users: number;
}

/** What there is one of for each bus, however many admin APIs it has: made with the first, and ended with the last that uses it. */
export function sharedBy<One>(
  { telemetry, onClose }: Pick<AdminParts, 'telemetry' | 'onClose'>,
  kind: string,
  make: () => One,
  end: (one: One) => void,
): One {
  const shared = enginesOf('createAdmin', telemetry).single<Shared<One>>(kind, () => ({ one: make(), users: 0 }));
  shared.users++;
  onClose(() => {
    shared.users--;
    if (shared.users === 0) end(shared.one);
  });
  return shared.one;
}
