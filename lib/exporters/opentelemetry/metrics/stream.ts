import { type Domain, domainOf } from '../../../core/semantics/domains';
import { attributeNameOf, metricNameOf } from '../../../core/semantics/names';
import { baseUnitOf, toBase } from '../../../metrics/units';
import { type MetricView, OVERFLOW_TAG, type Tags } from '../../../metrics/view';
import type { OtelAttributes } from './data';

/** Their values are numbers there, where our tags are texts. */
const WHOLE_NUMBERS: ReadonlySet<string> = new Set(['http.response.status_code', 'server.port']);
const UNITS = { seconds: 's', bytes: 'By', ratio: '1' } as const;
/** A name of an instrument, and a unit: https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax */
const MAX_NAME = 255;
const MAX_UNIT = 63;

/** How a metric is told to OpenTelemetry: what all of its series have in common. */
export class Stream {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** From the metric's unit into `unit`. */
  readonly convert: (value: number) => number;
  private readonly domain: Domain | undefined;

  /** @param semanticNames - Whether OpenTelemetry's names are used where it has some. */
  constructor(
    readonly metric: MetricView,
    semanticNames: boolean,
  ) {
    const { name, type, unit, description } = metric;
    const [app = '', component = ''] = semanticNames ? name.split('.', 2) : [];
    this.domain = semanticNames ? domainOf(app, component) : undefined;
    this.name = instrumentName((semanticNames ? metricNameOf(name) : undefined) ?? name);
    this.description = description ?? '';
    this.unit = unitOf(metric);
    // A counter counts events whatever its unit says.
    this.convert = type === 'counter' ? (value) => value : toBase(unit);
  }

  attributesOf(tags: Tags): OtelAttributes {
    const attributes: OtelAttributes = {};
    for (const [tag, value] of tags) {
      if (tag === OVERFLOW_TAG) {
        attributes['otel.metric.overflow'] = true;
        continue;
      }
      const named = attributeNameOf(tag, this.domain);
      // Two tags may mean the same; then the later one keeps its name.
      const name = Object.hasOwn(attributes, named) ? tag : named;
      attributes[name] = WHOLE_NUMBERS.has(name) && /^\d{1,9}$/.test(value) ? Number(value) : value;
    }
    return attributes;
  }
}

/** In the notation of UCUM; what it has no unit for is an annotation: `{token}`. */
function unitOf({ type, unit }: MetricView): string {
  const base = baseUnitOf(unit);
  if (type === 'counter') return base === undefined && unit !== undefined ? annotation(unit) : '{event}';
  if (base !== undefined) return UNITS[base];
  return unit === undefined ? '' : annotation(unit);
}

function annotation(unit: string): string {
  const text = unit.replace(/[^!-z|~]/g, '_').slice(0, MAX_UNIT - 2);
  return `{${text}}`;
}

function instrumentName(name: string): string {
  const safe = name.replace(/[^\w.\-/]/g, '_').slice(0, MAX_NAME);
  return /^[A-Za-z]/.test(safe) ? safe : `m${safe}`.slice(0, MAX_NAME);
}
