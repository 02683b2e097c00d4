import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CORPUS, POSITIONS, reads } from '../../support/corpus';
import { createLog, parseLine, problemOf } from '../../support/records';

/** What an object looks like from outside, without running anything of it. */
function look(value: unknown): string {
  const options = { depth: 4, showHidden: true, showProxy: true, customInspect: false, maxArrayLength: 20, maxStringLength: 200 } as const;
  try {
    return inspect(value, options);
  } catch {
    // An error whose parts throw.
    return 'no look';
  }
}

for (const position of POSITIONS) {
  test(`no hostile value does harm as ${position.name}`, () => {
    const { telemetry, lines } = createLog({ app: 'app' });
    const problems: string[] = [];
    for (const { name, make } of CORPUS) {
      const value = make();
      const isSmall = !/10,000|200,000|300,000|1,000,000|sparse|MiB|globalThis|10\^8/.test(name);
      const before = isSmall ? look(value) : '';
      reads.clear();
      try {
        position.put(telemetry, value);
      } catch (error) {
        problems.push(`${name}: threw ${error}`);
      }
      const written = lines();
      if (written.length !== 1) problems.push(`${name}: ${written.length} lines`);
      for (const line of written) {
        const problem = problemOf(line);
        if (problem !== undefined) problems.push(`${name}: ${problem}`);
        else {
          const { level, logger, timestamp } = parseLine(line);
          if (timestamp !== '2026-01-01T00:00:00.000Z' || level !== position.from.level || logger !== position.from.logger)
            problems.push(`${name}: core fields forged: ${line.slice(0, 200)}`);
        }
      }
      if (isSmall && !/changes the object/.test(name) && look(value) !== before) problems.push(`${name}: the caller's object changed`);
      // A place that is written twice is read twice.
      const most = Math.max(0, ...reads.values());
      const places = /Map|measurement$|secret|context|error of several|second and third/.test(position.name) ? 2 : 1;
      if (most > places) problems.push(`${name}: read ${JSON.stringify([...reads])}`);
    }
    assert.is(telemetry.stats().failures, 0, problems.join('\n'));
    assert.equal(problems, []);
  });
}

test.run();
