import type { Redacted } from '../redacted';
import { type Place, wrong } from './panel-place';

const MAX_TEXT = 500;
const PROBE = 'x';

/** Texts of one content: redacted, and cut to 500 characters. */
export class PanelTexts {
  private readonly secrets = new Map<string, boolean>();

  constructor(private readonly redacted: Redacted) {}

  needed(value: unknown, place: Place): string {
    if (typeof value !== 'string') throw wrong(place, 'a text');
    return this.shown(value);
  }

  optional(value: unknown, place: Place): string | undefined {
    return value === undefined ? undefined : this.needed(value, place);
  }

  shown(value: string): string {
    return this.redacted.text(value).slice(0, MAX_TEXT);
  }

  /** A text under a name, such as that of a column: under the name of a secret it is masked. */
  under(name: string, value: string): string {
    return this.isSecret(name) ? this.masked(name, value) : this.shown(value);
  }

  /** Whether what stands under a name is masked. Asked for once for each name. */
  isSecret(name: string): boolean {
    let isSecret = this.secrets.get(name);
    if (isSecret === undefined) this.secrets.set(name, (isSecret = this.masked(name, PROBE) !== PROBE));
    return isSecret;
  }

  private masked(name: string, value: string): string {
    const [shown] = Object.values(this.redacted.fields({ [name]: value }));
    return `${shown}`.slice(0, MAX_TEXT);
  }
}
