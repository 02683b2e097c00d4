import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfig } from '../../lib/index';

const LIST = 'service.name=shop,service.instance.id=i-7,deployment.environment.name=production,team=a';
const load = (env: Record<string, string>, values = {}) => loadConfig({ env, values });
const sourceOf = (config: ReturnType<typeof load>, key: string) => {
  const { source, variable } = config.explain().find((row) => row.key === key)!;
  return [source, variable];
};

test('the name and the instance of OTEL_RESOURCE_ATTRIBUTES stand where nothing else is said', () => {
  const config = load({ OTEL_RESOURCE_ATTRIBUTES: LIST });
  assert.equal([config.app, config.instance], ['shop', 'i-7']);
  for (const key of ['app', 'instance']) assert.equal(sourceOf(config, key), ['environment', 'OTEL_RESOURCE_ATTRIBUTES']);
  assert.equal(config.warnings, []);
});

test('arguments and variables of their own win over it', () => {
  const config = load({ OTEL_RESOURCE_ATTRIBUTES: LIST, OTEL_SERVICE_NAME: 'till' }, { instance: 'i-8' });
  assert.equal([config.app, config.instance], ['till', 'i-8']);
  assert.equal(sourceOf(config, 'app'), ['environment', 'OTEL_SERVICE_NAME']);
  assert.is(load({ OTEL_RESOURCE_ATTRIBUTES: LIST, APP_NAME: 'a', OTEL_SERVICE_NAME: 'b' }).app, 'a');
});

test('it does not choose the environment, whose names are others', () => {
  assert.equal(load({ OTEL_RESOURCE_ATTRIBUTES: LIST }).environment, 'development');
});

test('a broken list leaves a warning and changes nothing', () => {
  const config = load({ OTEL_RESOURCE_ATTRIBUTES: `${LIST},secret` });
  assert.equal([config.app, sourceOf(config, 'instance')[0]], [undefined, 'default']);
  assert.equal(config.warnings, ['OTEL_RESOURCE_ATTRIBUTES is ignored: item 5 is no key=value with percent-encoding.']);
});

test.run();
