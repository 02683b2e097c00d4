import type { SeenError } from '../../../errors/listeners';
import { RecencyMap } from '../../../security/recency-map';
import { safeEndpoint } from '../../../security/safe-endpoint';

const MOST = 1000;

/** At which endpoint an error was met last, by its fingerprint, where its line says so. Of the last 1,000 errors that do. */
export class LastEndpoints {
  private readonly known = new RecencyMap<{ endpoint: string }>();

  /** Called for each error: a map is asked, and a text of at most 128 characters is kept. */
  meet({ mark, place }: SeenError): void {
    const endpoint = safeEndpoint(place.fieldOf?.('endpoint'));
    if (endpoint === undefined) return;
    const { known } = this;
    const found = known.get(mark.fingerprint);
    if (found !== undefined) {
      found.endpoint = endpoint;
      known.touch(mark.fingerprint);
      return;
    }
    if (known.size >= MOST) known.deleteOldest();
    known.add(mark.fingerprint, { endpoint });
  }

  of(fingerprint: string): string | undefined {
    return this.known.get(fingerprint)?.endpoint;
  }
}
