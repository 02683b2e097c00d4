import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { detectEnvironment, ENVIRONMENTS, processVariables, toEnvironment } from '../../lib/config/environment';

test('the environment is APP_ENV, else NODE_ENV, else development', () => {
  assert.is(detectEnvironment({ APP_ENV: 'staging', NODE_ENV: 'production' }), 'staging');
  assert.is(detectEnvironment({ NODE_ENV: 'production' }), 'production');
  assert.is(detectEnvironment({ APP_ENV: ' ', NODE_ENV: 'test' }), 'test');
  assert.is(detectEnvironment({}), 'development');
});

test('detection does not complain: an unknown word is development', () => {
  assert.is(detectEnvironment({ APP_ENV: 'prod', NODE_ENV: 'production' }), 'development');
});

test('each environment is taken in any case, short forms are not', () => {
  for (const name of ENVIRONMENTS) assert.is(toEnvironment(` ${name.toUpperCase()} `), name);
  for (const word of ['prod', 'dev', '', undefined, null, 5, {}]) assert.is(toEnvironment(word), undefined);
});

test('a platform without a process has no variables', () => {
  const { process } = globalThis;
  try {
    for (const absent of [undefined, {}]) {
      Object.assign(globalThis, { process: absent });
      assert.equal(processVariables(), {});
      assert.is(detectEnvironment(), 'development');
    }
  } finally {
    Object.assign(globalThis, { process });
  }
  assert.is(processVariables(), process.env);
});

test.run();
