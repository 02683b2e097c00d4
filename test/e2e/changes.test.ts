/** What is changed through the page changes in the program, is seen, is in the security log, and can be taken back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

import { changing, until } from '../support/dashboard/api-of';
import type { Program } from '../support/dashboard/program';
import { withPage } from '../support/dashboard/signed-in';
import { testWith } from '../support/test-with';

/** What the security log has of a change, as its file tells it. */
async function audited({ logDir }: Program, action: string, expected: Readonly<Record<string, unknown>>): Promise<void> {
  const records = await until(
    () =>
      readFileSync(join(logDir, 'security.log'), 'utf8')
        .split('\n')
        .filter((line) => line.includes(`"${action}"`))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    (all) => all.length > 0,
    `${action} is not in security.log`,
  );
  const record = records.at(-1) as Record<string, unknown>;
  assert.equal(Object.fromEntries(Object.keys(expected).map((name) => [name, record[name]])), expected);
}

testWith(['chromium'], 'a level is changed from the page, told everywhere with who and how, and put back', () =>
  withPage({ seconds: 5, isRunning: false }, async ({ page, program, visit, sees }) => {
    const { telemetry } = program.app;
    const before = telemetry.getLogLevels();
    await visit('config');
    const form = page.getByRole('form', { name: 'Change a level of the log' });
    await form.getByLabel('Logger').fill('assistant.worker');
    await form.getByLabel('Level').selectOption('warn');
    await form.getByRole('combobox', { name: 'For', exact: true }).selectOption('1h');
    await form.getByRole('button', { name: 'Change level' }).click();
    await sees(/assistant\.worker: inherit → warn, until \d\d:\d\d:\d\d/, '.toast');
    assert.equal(telemetry.getLogLevels(), { ...before, 'assistant.worker': 'warn' });
    const row = page.getByRole('region', { name: 'Changed levels' }).locator('tr', { hasText: 'assistant.worker' });
    await row.waitFor();
    assert.match(await row.innerText(), /warn\s+inherit\s+in 60 m\s+operator/);
    await audited(program, 'log_level_changed', { actor: 'operator', target: 'assistant.worker', before: 'inherit', after: 'warn' });

    await visit('security');
    await sees('log_level_changed assistant.worker: inherit → warn, by operator');
    await visit('config');
    await row.getByRole('button', { name: 'Put back' }).click();
    await sees('assistant.worker is as the name above again', '.toast');
    await row.waitFor({ state: 'detached' });
    assert.equal(telemetry.getLogLevels(), before);
    await audited(program, 'log_level_reverted', { actor: 'operator', target: 'assistant.worker', before: 'warn', after: 'inherit' });
  }),
);

testWith(['chromium'], 'a change that is refused is told, and changes nothing', () =>
  withPage({ seconds: 5, isRunning: false }, async ({ page, program, visit, sees }) => {
    const { telemetry } = program.app;
    const before = telemetry.getLogLevels();
    await visit('config');
    const form = page.getByRole('form', { name: 'Change a level of the log' });
    const change = form.getByRole('button', { name: 'Change level' });
    await form.getByLabel('Logger').fill('no such name');
    await change.click();
    await sees(/logger must be words joined by dots/, '.toast.tone-bad');
    assert.equal(telemetry.getLogLevels(), before);

    for (let index = 0; index < 100; index++) {
      const answer = await changing(program, 'PUT', '/admin/levels', { logger: `many.n${index}`, level: 'warn' });
      assert.is(answer.status, 200);
    }
    await form.getByLabel('Logger').fill('one.more');
    await change.click();
    await sees(/100 levels are changed already\. Put one back/, '.toast.tone-bad');
    assert.is(Object.hasOwn(telemetry.getLogLevels(), 'one.more'), false);
    // What was typed is still there.
    assert.is(await form.getByLabel('Logger').inputValue(), 'one.more');
  }),
);

testWith(['chromium'], 'an alert that fires is silenced for 15 minutes, with a reason, and the silence is ended', () =>
  withPage({ seconds: 90, isRunning: false }, async ({ page, program, visit, sees }) => {
    const { alerts } = program.app;
    assert.equal(alerts.silences(), []);
    await visit('alerts');
    await page.getByLabel('Reason of the next silence').fill('known since monday');
    await page.getByRole('region', { name: 'Firing alerts' }).getByTitle('Silence failing_sessions for 15 minutes').first().click();
    await sees('failing_sessions is not told for 15 minutes', '.toast');
    const [silence, ...more] = alerts.silences();
    assert.equal(more, []);
    assert.is(silence?.rule, 'failing_sessions');
    assert.is(silence?.reason, 'known since monday');
    assert.is((silence?.endsAt ?? 0) - (silence?.startedAt ?? 0), 15 * 60_000);
    assert.is(alerts.firing().find(({ rule }) => rule === 'failing_sessions')?.isSilenced, true);
    const row = page.getByRole('region', { name: 'Silences' }).locator('tbody tr');
    await row.waitFor();
    assert.match(await row.innerText(), /failing_sessions\s+known since monday\s+operator/);
    await sees('silenced', '[aria-label="Firing alerts"] .badge');
    await audited(program, 'silence_added', { actor: 'operator', target: silence?.id });

    await row.getByRole('button', { name: 'End now' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave it' }).click();
    assert.is(alerts.silences().length, 1);
    await row.getByRole('button', { name: 'End now' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End it' }).click();
    await sees('The silence of failing_sessions is over', '.toast');
    assert.equal(alerts.silences(), []);
    await audited(program, 'silence_ended', { actor: 'operator', target: silence?.id });
  }),
);

testWith(['chromium'], 'a handler is detached only after a question, and a health check runs when it is asked to', () =>
  withPage({ seconds: 5, isRunning: false }, async ({ page, program, visit, sees }) => {
    const { telemetry, health } = program.app;
    telemetry.attach('audit-of-mine', ['shop', 'cart', 'checkout'], () => undefined);
    const isAttached = (): boolean => telemetry.listHandlers().some(({ id }) => id === 'audit-of-mine');
    await visit('handlers');
    const row = page.getByRole('region', { name: 'Handlers', exact: true }).locator('tr', { hasText: 'audit-of-mine' });
    await row.getByRole('button', { name: 'Detach' }).click();
    await page.getByRole('alertdialog', { name: 'Detach audit-of-mine?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.dialog').waitFor({ state: 'detached' });
    assert.is(isAttached(), true);
    await row.getByRole('button', { name: 'Detach' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Detach it' }).click();
    await sees('audit-of-mine is detached', '.toast');
    assert.is(isAttached(), false);
    await row.waitFor({ state: 'detached' });
    // Those of the library have no such button.
    assert.is(await page.getByRole('button', { name: 'Detach' }).count(), 0);
    await audited(program, 'handler_detached', { actor: 'operator', target: 'audit-of-mine', before: 'attached', after: 'detached' });

    let asked = 0;
    health.addCheck('on-demand', () => ({ status: 'healthy', detail: `asked ${++asked} times` }), { interval: '10m' });
    await health.check('on-demand');
    const runs = asked;
    await visit('health');
    const check = page.getByRole('region', { name: 'Health checks' }).locator('tr', { hasText: 'on-demand' });
    await check.getByRole('button', { name: 'Run now' }).click();
    await sees('on-demand: healthy', '.toast');
    assert.is(asked, runs + 1);
    await sees(`asked ${runs + 1} times`, '[aria-label="Health checks"]');
  }),
);

test.run();
