// A file of its own: Deno 2.9 can't parse a decorated private method.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrorFunctions } from '../../lib/errors/errors';
import { recordingHost } from './recording-host';

const host = recordingHost();
const { capture, handleErrors, logCalls, timed } = createErrorFunctions(host);

class Service {
  private readonly base = 10;

  @logCalls
  #multiply(by: number): number {
    return this.base * by;
  }

  @timed
  static #count(): number {
    return 3;
  }

  @capture({ component: 'service' })
  @handleErrors({ fallback: -1 })
  async #fail(): Promise<number> {
    throw new Error('x');
  }

  async all(): Promise<readonly number[]> {
    return [this.#multiply(2), Service.#count(), await this.#fail()];
  }
}

test('private methods can be decorated, static and asynchronous ones too, and are called by their names', async () => {
  assert.equal(await new Service().all(), [20, 3, -1]);
  assert.equal(host.lines[0]!.fields, { function: '#multiply', duration_ms: 0, args: [2], result: 20 });
  assert.equal(host.metrics, [['#count', { duration_ms: 0, function: '#count' }]]);
  assert.equal(host.errors[0]!.fields, { function: '#fail' });
  assert.equal(host.errors[0]!.context, { component: 'service' });
});

test.run();
