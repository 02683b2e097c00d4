import { optionInvalid } from '../options';
import { shared } from '../shared';

const DOMAINS = ['http', 'client', 'gen_ai', 'process', 'system', 'nodejs', 'error', 'exception', 'resource', 'log'] as const;

/** A part of OpenTelemetry's conventions: what `status` is called depends on whose status it is. */
export type Domain = (typeof DOMAINS)[number];

/** Components whose domain is certain in any app. */
const EVERYWHERE: Readonly<Record<string, Domain>> = { llm: 'gen_ai', gen_ai: 'gen_ai', genai: 'gen_ai' };

/** The events and metrics of the library itself. Components of other names are an application's, and mean what it wants. */
const OWN: Readonly<Record<string, Domain>> = {
  'http.request': 'http',
  'http.server': 'http',
  'http.client': 'client',
  'process.cpu': 'process',
  'process.memory': 'process',
  'process.files': 'process',
  'process.handles': 'process',
  'process.uptime': 'process',
  'system.cpu': 'system',
  'system.memory': 'system',
  'system.disk': 'system',
  'system.filesystem': 'system',
  'system.network': 'system',
  'system.load': 'system',
  'nodejs.eventloop': 'nodejs',
  'nodejs.gc': 'nodejs',
  'nodejs.active_handles': 'nodejs',
};

/** What was declared is kept for the whole process, so there is a limit. */
const MAX_DECLARED = 1000;

/**
 * Says what components of an app are about, where their names alone leave it open: the `tool` of an agent is one thing, that of a
 * workshop another. Their fields and tags then have the names of `SEMANTIC_NAMES` in OpenTelemetry. The catalogues of
 * `telemetry-bus/catalogues` say it themselves.
 *
 * For the whole process, and before the first of their events. Beyond 1,000 components nothing is kept.
 *
 * @throws {TelemetryError} `OPTION_INVALID`
 * @example
 * declareDomain('coder', ['agent', 'tool'], 'gen_ai');
 */
export function declareDomain(app: string, components: readonly string[], domain: Domain): void {
  if (typeof app !== 'string') throw optionInvalid('declareDomain: app', app, 'the name of an app');
  if (!Array.isArray(components) || components.some((component) => typeof component !== 'string')) {
    throw optionInvalid('declareDomain: components', components, 'a list of names');
  }
  if (!DOMAINS.includes(domain)) throw optionInvalid('declareDomain: domain', domain, DOMAINS.join(', '));
  shared.domains ??= new Map();
  for (const component of components) {
    if (shared.domains.size < MAX_DECLARED) shared.domains.set(`${app}.${component}`, domain);
  }
}

/**
 * Which conventions the events and metrics of a component follow. Two look-ups.
 *
 * @param app - First part of the name of an event or a metric.
 * @param component - Its second part.
 * @returns `undefined` where it is not certain: then every field keeps its name.
 */
export function domainOf(app: string, component: string): Domain | undefined {
  const name = `${app}.${component}`;
  if (Object.hasOwn(OWN, name)) return OWN[name];
  const declared = shared.domains?.get(name) as Domain | undefined;
  if (declared !== undefined) return declared;
  return Object.hasOwn(EVERYWHERE, component) ? EVERYWHERE[component] : undefined;
}
