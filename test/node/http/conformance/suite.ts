import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cases } from './cases';
import { CASES, type CaseName, type Driver } from './driver';
import { type Result, table } from './table';

/** Registers all cases for each framework, and a last test that prints the table and finds no cell empty. */
export function conformance(drivers: readonly Driver[]): void {
  const results = new Map<string, Map<CaseName, Result>>();
  for (const driver of drivers) {
    const row = new Map<CaseName, Result>();
    results.set(driver.name, row);
    for (const name of CASES) {
      test(`${driver.name}: ${name}`, async () => {
        const lacks = driver.lacks?.[name];
        if (lacks !== undefined) {
          row.set(name, { lacks });
          return;
        }
        row.set(name, 'failed');
        await withoutConsole(() => cases[name](driver));
        row.set(name, 'passed');
      });
    }
  }

  test('the table of frameworks has no empty cell', () => {
    assert.is(results.size, drivers.length, 'two drivers have one name');
    const text = table(results);
    console.log(`\n${text}\n`);
    assert.not.match(text, /\| \? +\|/);
  });
}

/** Some frameworks print the errors of handlers. */
async function withoutConsole(work: () => Promise<void>): Promise<void> {
  const { error, info } = console;
  console.error = console.info = () => undefined;
  try {
    await work();
  } finally {
    Object.assign(console, { error, info });
  }
}
