/** What axe-core finds in each view: https://github.com/dequelabs/axe-core. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { settled } from '../support/dashboard/settled';
import { withPage } from '../support/dashboard/signed-in';
import { VIEW_IDS } from '../support/dashboard/view-ids';
import { testWith } from '../support/test-with';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

for (const theme of ['light', 'dark'] as const) {
  testWith(['chromium'], `in the ${theme}, axe-core finds nothing serious in any view`, () =>
    withPage({ theme }, async ({ page, visit }) => {
      const found: string[] = [];
      // The page's policy lets no script in: the tool is put in by the browser itself.
      for (const id of [...VIEW_IDS, 'panel-queue']) {
        await visit(id);
        await page.waitForSelector(`main[data-view="${id}"]`);
        await settled(page);
        await page.evaluate(AXE);
        const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as { violations: Finding[] };
        for (const { id: rule, impact, nodes } of violations) {
          if (impact !== 'serious' && impact !== 'critical') continue;
          found.push(
            `${id}: ${impact} ${rule}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`)}`,
          );
        }
      }
      assert.equal(found, []);
    }),
  );
}

test.run();
