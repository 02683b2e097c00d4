import type { MetricSource } from '../../metrics/seam';
import { type Complaints, reasonOf } from '../complaints';
import type { MetricRegistry } from './options';

const TIMEOUT_MS = 2000;
/** How long a registry that did not answer is left alone: asking it again and again would only pile up questions. */
const PATIENCE_MS = 60_000;

/** Asks a registry for its metrics, and takes nothing for an answer: a page must not wait for one registry. */
export class RegistryReader {
  private pendingSince: number | undefined = undefined;

  constructor(
    private readonly registry: MetricRegistry,
    private readonly source: MetricSource,
    private readonly complaints: Complaints,
    private readonly onFailure: () => void,
  ) {}

  /** What the registry has, or nothing when it fails or takes longer than 2 s. Never rejects. */
  async read(): Promise<readonly unknown[]> {
    const { clock } = this.source;
    const now = clock.monotonicTime();
    if (this.pendingSince !== undefined && now - this.pendingSince < PATIENCE_MS) return this.failed('still does not answer');
    this.pendingSince = now;
    let cancel: (() => void) | undefined;
    try {
      const answer = Promise.resolve(this.registry.getMetricsAsJSON());
      const settled = (): void => {
        if (this.pendingSince === now) this.pendingSince = undefined;
      };
      answer.then(settled, settled);
      const late = new Promise<undefined>((resolve) => {
        cancel = clock.setTimer(() => resolve(undefined), TIMEOUT_MS);
      });
      const families: unknown = await Promise.race([answer, late]);
      if (families === undefined) return this.failed('took longer than 2 s');
      return Array.isArray(families) ? families : this.failed('did not return a list');
    } catch (error) {
      this.pendingSince = undefined;
      return this.failed(`failed: ${reasonOf(error)}`);
    } finally {
      cancel?.();
    }
  }

  private failed(how: string): readonly [] {
    this.onFailure();
    this.complaints.onceAMinute('registry', `A registry ${how}. Its metrics are left out of the page`);
    return [];
  }
}
