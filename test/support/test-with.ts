import { spawnSync } from 'node:child_process';
import { test } from 'uvu';

const isThere = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;

/** `test`, where all is there that it needs. Elsewhere it is skipped, loudly; not in CI, where it fails. */
export function testWith(tools: readonly string[], name: string, body: () => Promise<void>): void {
  const missing = tools.filter((tool) => !isThere(tool));
  testUnless(missing.length > 0 && `there is no ${missing.join(', no ')}`, name, body);
}

/** The same where something else may be in the way. @param reason - What, or `false`. */
export function testUnless(reason: string | false, name: string, body: () => Promise<void>): void {
  if (reason === false) test(name, body);
  else skipped(name, reason);
}

/** Says aloud that a test is left out; in CI it fails. */
export function skipped(name: string, why: string): void {
  if (process.env.CI === 'true') test(name, () => Promise.reject(new Error(why)));
  else {
    console.error(`\n!!! SKIPPED, ${why}: ${name}\n`);
    test.skip(name);
  }
}
