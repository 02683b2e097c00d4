import { h, type VNode } from './dom';
import type { Page, View } from './view';

/** The views by group, the one that is shown marked. @param isOpen - On a phone it is opened by a button. */
export function menu(page: Page, views: readonly View[], current: string, isOpen: boolean): VNode {
  const groups = [...new Set(views.map(({ group }) => group))];
  return h(
    'nav',
    { class: `menu${isOpen ? ' is-open' : ''}`, 'aria-label': 'Views', key: 'menu' },
    ...groups.map((group) =>
      h(
        'div',
        { class: 'menu-group', key: group },
        h('div', { class: 'menu-title' }, group),
        h('ul', {}, ...views.filter((view) => view.group === group).map((view) => entry(page, view, view.id === current))),
      ),
    ),
  );
}

const entry = (page: Page, { id, title, key }: View, isCurrent: boolean): VNode =>
  h(
    'li',
    { key: id },
    h(
      'a',
      { href: page.link(id), class: 'menu-link', ...(isCurrent && { 'aria-current': 'page' }) },
      h('span', {}, title),
      key !== '' && h('kbd', { 'aria-hidden': 'true' }, `g ${key}`),
    ),
  );
