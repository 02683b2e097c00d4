/** A bus as far as security events see one. */

import type { Warning } from '../../lib/index';
import type { SecurityHost, SeenError } from '../../lib/security/host';
import { type FakeClock, fakeClock } from '../../lib/testing/index';

export interface FakeHost extends SecurityHost {
  readonly clock: FakeClock;
  readonly written: { readonly name: string; readonly fields: Record<string, unknown> }[];
  readonly warnings: Warning[];
  /** Records of one name. */
  of(name: string): Record<string, unknown>[];
  /** Tells of an error. */
  tell(error: unknown, seen?: Partial<SeenError> & { readonly fingerprint?: string; readonly occurrences?: number }): void;
  readonly listeners: Set<(seen: SeenError) => void>;
  /** Called with each write. */
  onWrite: (name: string) => void;
}

export function fakeHost(): FakeHost {
  const written: FakeHost['written'] = [];
  const warnings: Warning[] = [];
  const listeners = new Set<(seen: SeenError) => void>();
  let ids = 0;
  const host: FakeHost = {
    clock: fakeClock(),
    written,
    warnings,
    listeners,
    onWrite: () => undefined,
    of: (name) => written.filter((record) => record.name === name).map(({ fields }) => fields),
    write(name, fields) {
      written.push({ name, fields: fields as Record<string, unknown> });
      host.onWrite(name);
    },
    onError(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    warn: (warning) => warnings.push(warning),
    tell(error, { fingerprint = 'aaaaaaaaaaaa', occurrences = 1, ...more } = {}) {
      const seen: SeenError = {
        error,
        hasError: true,
        mark: { id: `id${ids++}`, fingerprint, occurrences },
        place: { level: 'error', logger: 'app.bot', event: undefined, message: 'It failed' },
        ...more,
      };
      for (const listener of listeners) listener(seen);
    },
  };
  return host;
}
