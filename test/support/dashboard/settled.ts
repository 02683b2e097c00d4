import type { Page } from 'playwright-core';
import { until } from './api-of';

/** Waits until something is true in the page. Asked from outside: the policy of the page lets it evaluate no texts itself. */
export const untilTrue = (page: Page, expression: string): Promise<unknown> =>
  until(
    () => page.evaluate(expression) as Promise<unknown>,
    (value) => value === true,
    expression,
  );

/** Waits until nothing of a view is still asked for. */
export const settled = (page: Page): Promise<unknown> =>
  untilTrue(page, "document.querySelector('main')?.textContent.includes('Asking the program') === false");
