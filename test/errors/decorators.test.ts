import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextFields } from '../../lib/core/context';
import { createErrorFunctions } from '../../lib/errors/errors';
import { recordingHost } from './recording-host';

const host = recordingHost();
const { capture, handleErrors, logCalls, timed } = createErrorFunctions(host);
const failure = new Error('x');
const symbol = Symbol('by symbol');

class Service {
  private readonly base = 10;

  @logCalls
  add(a: number, b = 1): number {
    return this.base + a + b;
  }

  @timed
  static make(): Service {
    return new Service();
  }

  @capture({ component: 'service', fields: { part: 'scope' } })
  scope(): unknown {
    return [this.base, contextFields()];
  }

  @handleErrors({ fallback: -1 })
  async load(): Promise<number> {
    await Promise.resolve();
    throw failure;
  }

  @handleErrors
  rethrown(): void {
    throw failure;
  }

  @timed({ module: 'service' })
  [symbol](): string {
    return 'symbol';
  }

  @handleErrors({ rethrow: false })
  @timed
  @logCalls
  all(): undefined {
    throw failure;
  }
}

const service = Service.make();

test('a decorated method keeps name, length and this', () => {
  assert.equal([service.add.name, service.add.length, Service.make.name], ['add', 1, 'make']);
  assert.equal([service.add(1), service.add.call({ base: 100 } as never, 1, 2)], [12, 103]);
  assert.equal(Object.keys(Service.prototype), []);
  assert.is(Object.hasOwn(Service.prototype, 'add'), true);
});

test('static methods and those named by a symbol can be decorated, and are called by their names', () => {
  host.metrics.length = 0;
  Service.make();
  assert.is(service[symbol](), 'symbol');
  assert.equal(host.metrics, [
    ['make', { duration_ms: 0, function: 'make' }],
    ['Symbol(by symbol)', { duration_ms: 0, function: 'Symbol(by symbol)', module: 'service' }],
  ]);
});

test('a decorated method has its scope with every call', () => {
  assert.equal(service.scope(), [10, { component: 'service', part: 'scope' }]);
  assert.is(contextFields(), undefined);
});

test('a decorated method has its fallback, or throws on', async () => {
  host.errors.length = 0;
  assert.is(await service.load(), -1);
  assert.throws(() => service.rethrown(), 'x');
  assert.equal(
    host.errors.map(({ fields }) => fields.function),
    ['load', 'rethrown'],
  );
});

test('decorators above each other report once', () => {
  host.errors.length = 0;
  host.metrics.length = 0;
  assert.is(service.all(), undefined);
  assert.equal(
    host.errors.map(({ message }) => message),
    ['all failed'],
  );
  assert.is(host.metrics[0]![1].failed, true);
});

test.run();
