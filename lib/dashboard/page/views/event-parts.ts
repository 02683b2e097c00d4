import type { EventAnswer, EventRow } from '../../wire/events';
import { type Child, h, type VNode } from '../dom';
import { ago, count, dateTime, duration, perSecond, timeOf } from '../format';
import { badge, card, copyButton, empty, facts, json } from '../parts';
import type { Page } from '../view';
import { attachCode } from './event-code';
import { isSeen, seenCount } from './events-rows';

/** What the definition says, and what was counted. */
export function factsCard(page: Page, { event, watched }: EventAnswer): VNode {
  const {
    name,
    doc,
    level,
    duration_unit: unit,
    is_declared: isDeclared,
    tags,
    private: hidden,
    slow,
    stream,
    event_type: type,
    per_second: rate,
    durations,
  } = event;
  const seen = timeOf(event.last_seen);
  const pairs: readonly (readonly [string, Child])[] = [
    ['Now', perSecond(rate.last_10s)],
    ['Last minute', perSecond(rate.last_60s)],
    ['Count', count(seenCount(event))],
    [
      'Last seen',
      seen === null ? (isSeen(event) ? 'before anybody looked' : 'never') : h('span', { title: dateTime(seen) }, ago(seen, page.now())),
    ],
    ...durationFacts(durations),
    ['Level', level],
    ['Unit of durations', unit],
    ...(tags === undefined ? [] : [['Tags', tags.join(', ')] as const]),
    ...(hidden === undefined ? [] : [['Private', hidden.join(', ')] as const]),
    ...(slow?.warn_ms === undefined ? [] : [['Slow above', duration(slow.warn_ms)] as const]),
    ...(slow?.error_ms === undefined ? [] : [['Very slow above', duration(slow.error_ms)] as const]),
    ...(stream === undefined ? [] : [['Stream', stream] as const]),
    ...(type === undefined ? [] : [['Business event', type] as const]),
  ];
  const title = [h('span', { class: 'mono' }, name), ' ', !isDeclared && badge('not declared')];
  const aside = `watched for ${ago(timeOf(watched.since), page.now()).replace(' ago', '')}`;
  return card(
    title,
    { aside, key: 'facts' },
    doc !== undefined && h('p', { class: 'event-about' }, doc),
    facts(...pairs),
    measurementList(event),
  );
}

function durationFacts(durations: EventRow['durations']): readonly (readonly [string, Child])[] {
  if (durations === null) return [];
  const { min_ms: min, mean_ms: mean, max_ms: max, p50_ms: p50, p95_ms: p95, p99_ms: p99 } = durations;
  return [
    ['Mean', duration(mean)],
    ['Shortest to longest', `${duration(min)} to ${duration(max)}`],
    ['p50, p95, p99', `${duration(p50)}, ${duration(p95)}, ${duration(p99)}`],
  ];
}

function measurementList({ measurements }: EventRow): Child {
  const said = Object.entries(measurements ?? {});
  if (said.length === 0) return undefined;
  return h(
    'dl',
    { class: 'event-measurements' },
    ...said.map(([name, { unit, doc }]) =>
      h('div', { key: name }, h('dt', { class: 'mono' }, unit === undefined ? name : `${name} (${unit})`), h('dd', {}, doc ?? '')),
    ),
  );
}

/** What it was the last time. */
export function sampleCard(page: Page, { event }: EventAnswer): VNode {
  const { sample } = event;
  if (sample === null)
    return card(
      'Last sample',
      { class: 'half', key: 'sample' },
      empty('None yet. Samples are taken while somebody looks, at most one a second, and redacted as the log is.'),
    );
  const aside = [
    h('span', { title: dateTime(timeOf(sample.time)) }, ago(timeOf(sample.time), page.now())),
    copyButton(page, () => JSON.stringify(sample.fields, null, 2)),
  ];
  return card('Last sample', { aside, key: 'sample' }, json(sample.fields));
}

/** Who listens, and how to. */
export function handlersCard(page: Page, event: EventRow): VNode {
  const { handlers } = event;
  const code = attachCode(event);
  return card(
    'Handlers',
    { class: event.schema === undefined ? '' : 'half', aside: h('a', { href: page.link('handlers') }, 'all handlers'), key: 'handlers' },
    handlers.length === 0
      ? h('p', { class: 'quiet' }, 'Nobody listens to it.')
      : h('ul', { class: 'event-handlers' }, ...handlers.map((id) => h('li', { key: id, class: 'mono' }, id))),
    h(
      'div',
      { class: 'card-head event-code' },
      h('h3', {}, 'Listen to it'),
      copyButton(page, () => code),
    ),
    h('pre', { class: 'json', tabindex: '0' }, h('code', {}, code)),
  );
}

/** The types that are checked, where a schema can tell them. */
export function schemaCard({ schema }: EventRow): Child {
  if (schema === undefined) return undefined;
  const parts = Object.entries(schema).map(([name, one]) => {
    const vendor = one?.vendor === undefined ? '' : ` (${one.vendor})`;
    return h(
      'div',
      { key: name },
      h('h3', {}, `${name}${vendor}`),
      one?.json_schema === undefined ? h('p', { class: 'quiet' }, "It can't be told as JSON Schema.") : json(one.json_schema),
    );
  });
  return card('Schema', { class: 'half', key: 'schema' }, h('div', { class: 'stack' }, ...parts));
}
