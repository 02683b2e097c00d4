import type { Overview } from '../../wire/overview';
import type { VNode } from '../dom';
import { count, dateTime, duration, number, percent, perSecond } from '../format';
import { tile, tiles } from '../parts';
import type { Page } from '../view';
import { eventOf } from './event-ids';
import { apdexTone, errorTone, HEALTH_TONES, HEALTH_WORDS } from './overview-tones';

const DAY_MS = 86_400_000;
/** Where the time of day begins behind the date. */
const CLOCK_AT = 11;

/** The headline numbers; each leads to where they are explained. */
export function overviewTiles(page: Page, overview: Overview): VNode {
  const { rates, requests, process } = overview;
  return tiles(
    healthTile(page, overview),
    tile('Events', perSecond(rates.events), { href: page.link('events'), under: rates.events === null ? 'nobody counts' : 'mean of 10 s' }),
    tile('Requests', perSecond(rates.requests), {
      href: page.link('endpoints'),
      under: requests === null ? 'not tracked' : `${count(requests.in_flight)} in flight`,
    }),
    tile('Errors', percent(rates.error_ratio), {
      href: page.link('errors'),
      tone: errorTone(rates.error_ratio),
      // Not the share of requests that failed: other work fails, too. The endpoints tell that.
      under: `per ${requests === null ? 'event' : 'request'}, 1 min`,
    }),
    apdexTile(page, overview),
    tile('Log lines', perSecond(rates.lines), { href: page.link('logs'), under: rates.lines === null ? 'no log' : 'mean of 10 s' }),
    tile('Up for', duration(process.uptime * 1000), {
      href: page.link('system'),
      under: `since ${dateTime(process.started_at).slice(overview.now - process.started_at < DAY_MS ? CLOCK_AT : 0)}`,
    }),
  );
}

function healthTile(page: Page, { health }: Overview): VNode {
  const { status, checks, failing } = health;
  const names = failing.map(({ name }) => name).join(', ');
  const all = checks === 0 ? 'no checks yet' : checks === 1 ? '1 check passes' : `${count(checks)} checks pass`;
  return tile('Health', HEALTH_WORDS[status], { href: page.link('health'), tone: HEALTH_TONES[status], under: names === '' ? all : names });
}

function apdexTile(page: Page, { apdex }: Overview): VNode {
  if (apdex === null) return tile('Apdex', number(null), { href: page.link('endpoints'), under: 'no durations to judge' });
  const { score, threshold_ms: threshold, metric, count: judged } = apdex;
  const isRequests = metric.startsWith('http.request.');
  const href = isRequests ? page.link('endpoints') : page.link('events', { event: eventOf(metric) });
  const under = judged === 0 ? `T ${duration(threshold)}, idle` : `T ${duration(threshold)}, of ${count(judged)}`;
  return tile('Apdex', score === null ? number(null) : score.toFixed(2), { href, tone: apdexTone(score), under });
}
