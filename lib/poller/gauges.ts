import { keyOf } from '../core/event';
import type { GaugeDefinition, PollerHost } from './host';

interface HeldGauge {
  users: number;
  /** What it says, as one text. */
  readonly text: string;
  readonly takeOut: () => void;
}

/**
 * The gauges of all pollers of a bus. Two pollers may have the same ones: they are taken out when the last of them stops.
 */
export class PolledGauges {
  private readonly held = new Map<string, HeldGauge>();

  constructor(private readonly host: Pick<PollerHost, 'registerGauges'>) {}

  /**
   * Registers gauges: all, or, if one can't be, none.
   *
   * @returns What takes them out again.
   * @throws {TelemetryError} `METRIC_CONFLICT`, `METRIC_INVALID`
   */
  register(gauges: readonly GaugeDefinition[]): () => void {
    const taken: string[] = [];
    const release = () => {
      for (const name of taken.splice(0)) this.release(name);
    };
    try {
      for (const gauge of gauges) {
        this.take(gauge);
        taken.push(gauge.name);
      }
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  private take(gauge: GaugeDefinition): void {
    const text = textOf(gauge);
    const held = this.held.get(gauge.name);
    if (held?.text === text) held.users++;
    // One that says something else is refused by the bus.
    else this.held.set(gauge.name, { users: 1, text, takeOut: this.host.registerGauges([gauge]) });
  }

  private release(name: string): void {
    const held = this.held.get(name)!;
    if (--held.users > 0) return;
    this.held.delete(name);
    held.takeOut();
  }
}

const textOf = ({ event, measurement, unit, description, tags, expireAfterMs }: GaugeDefinition): string =>
  JSON.stringify([keyOf(event), measurement, unit, description, tags, expireAfterMs]);
