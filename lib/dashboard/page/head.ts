import type { Pulse } from '../wire/overview';
import { type Child, h, type VNode } from './dom';
import { clock, duration, short } from './format';
import type { LiveState } from './live';
import { badge, button } from './parts';
import { everyText, RATES } from './refresh-rate';
import { readTheme } from './theme';
import type { Page } from './view';

/** What the head can do, and what is to be done then. */
interface HeadProps {
  readonly page: Page;
  /** `undefined` until the program has answered. */
  readonly pulse: Pulse | undefined;
  readonly every: number;
  readonly isMenuOpen: boolean;
  readonly hasTable: boolean;
  readonly toggleMenu: () => void;
  readonly save: (kind: 'csv' | 'json') => void;
  readonly nextTheme: () => void;
  readonly toggleHelp: () => void;
  readonly signOut: () => void;
}

const LIVE_TEXT: Readonly<Record<LiveState, string>> = {
  connecting: 'connecting',
  live: 'live',
  polling: 'live, by asking',
  reconnecting: 'reconnecting',
  paused: 'paused',
  'signed-out': 'signed out',
};
const HEALTH = { pass: ['healthy', 'good'], warn: ['degraded', 'warn'], fail: ['failing', 'bad'] } as const;

/** The row above every view: which program it is, how it is, whether what is shown is up to date, and what can be done with it. */
export function head(props: HeadProps): VNode {
  const { page, pulse, isMenuOpen, toggleMenu } = props;
  const names = [pulse?.app, pulse?.environment, pulse?.instance].filter((name) => typeof name === 'string');
  return h(
    'header',
    { class: 'head', key: 'head' },
    button(isMenuOpen ? '✕' : '☰', toggleMenu, { title: 'Menu', key: 'menu-button' }),
    h('a', { class: 'brand', href: page.link('overview') }, names.length === 0 ? 'telemetry-bus' : names.join(' · ')),
    h('div', { class: 'head-facts' }, pulse !== undefined && facts(page, pulse)),
    h(
      'div',
      { class: 'head-tools' },
      h('span', { class: `state state-${page.live}`, role: 'status', title: when(pulse) }, LIVE_TEXT[page.live]),
      refreshRate(props),
      more(props),
    ),
  );
}

function facts(page: Page, { health, firing, events_per_second: rate }: Pulse): Child {
  const [word, tone] = HEALTH[health];
  return [
    h('a', { href: page.link('health'), class: 'head-fact', key: 'health' }, badge(word, tone)),
    firing > 0 && h('a', { href: page.link('alerts'), class: 'head-fact', key: 'firing' }, badge(`${firing} firing`, 'bad')),
    h('span', { class: 'head-fact quiet', key: 'rate' }, `${short(rate)} events/s`),
  ];
}

const when = (pulse: Pulse | undefined): string =>
  pulse === undefined
    ? 'Nothing was received yet'
    : `Last received at ${clock(pulse.now)}; running for ${duration(pulse.now - pulse.started_at)}`;

function refreshRate({ page, every }: HeadProps): VNode {
  const change = (event: Event): void => page.setParams({ every: everyText(Number((event.target as HTMLSelectElement).value)) });
  return h(
    'label',
    { class: 'field inline' },
    h('span', { class: 'field-label hidden-label' }, 'Refresh'),
    h(
      'select',
      { value: String(every), on: { change } },
      ...RATES.map((rate) => h('option', { value: String(rate), key: String(rate) }, rate === 1 ? 'every second' : `every ${rate} s`)),
      h('option', { value: '0', key: '0' }, 'paused'),
    ),
  );
}

function more({ page, hasTable, save, nextTheme, toggleHelp, signOut }: HeadProps): VNode {
  return h(
    'details',
    { class: 'menu-box', key: 'more' },
    h('summary', { class: 'button plain', title: 'Save, theme, keys, sign out' }, 'More'),
    h(
      'div',
      { class: 'menu-list' },
      button('Save as JSON', () => save('json')),
      button('Save as CSV', () => save('csv'), { disabled: !hasTable }),
      button(`Theme: ${readTheme()}`, nextTheme),
      button('Keys (?)', toggleHelp),
      button(`Sign out ${page.session.name}`, signOut),
    ),
  );
}
