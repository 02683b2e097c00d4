import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextOf, errorsOf, isOwnFrame } from '../../lib/dashboard/page/views/errors-stack';
import { isApplicationFrame } from '../../lib/errors/frame';
import { readAtLine } from '../../lib/errors/stack-line';

const FRAMES = [
  'at Repository.find (/srv/app/users.js:4:31)',
  'at async file:///srv/app/main.js:9:3',
  'at Layer.handle (/srv/app/node_modules/express/lib/router/layer.js:95:5)',
  'at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  'at node:internal/main/run_main_module:36:49',
  'at Array.map (<anonymous>)',
  'at Bus.execute (C:\\app\\node_modules\\telemetry-bus\\dist\\index.js:1:2)',
  'at new Promise (native)',
  'at internal/main.js:1:1',
  'at nodeOf (/srv/app/node.js:1:1)',
];

test('frames of the runtime and of packages are told from those of the application as the library does', () => {
  for (const frame of FRAMES) assert.is(isOwnFrame(frame), isApplicationFrame(readAtLine(frame)!), frame);
});

test('an error is followed by what caused it, with its own frames first', () => {
  const cause = { type: 'Error', message: 'refused', traceback: ['at f (node:net:1:1)', 'at g (/srv/a.js:1:1)'], code: 'ECONNREFUSED' };
  const found = errorsOf({ message: 'no', exception: { type: 'TypeError', message: 'fetch failed', traceback: [], cause } });
  assert.equal(found, [
    { relation: '', type: 'TypeError', message: 'fetch failed', own: [], others: [], fields: {} },
    {
      relation: 'Caused by',
      type: 'Error',
      message: 'refused',
      own: ['at g (/srv/a.js:1:1)'],
      others: ['at f (node:net:1:1)'],
      fields: { code: 'ECONNREFUSED' },
    },
  ]);
});

test('of many errors in one at most 5 are shown, and of causes at most 10', () => {
  const one = { type: 'Error', message: 'x', traceback: [] };
  const many = errorsOf({ exception: { ...one, errors: Array.from({ length: 9 }, () => one) } });
  assert.equal(
    many.map(({ relation }) => relation),
    ['', ...Array.from({ length: 5 }, () => 'One of them')],
  );
  let deep: object = one;
  for (let level = 0; level < 50; level++) deep = { ...one, cause: deep };
  assert.is(errorsOf({ exception: deep }).length, 10);
});

test('what is no error is none, and odd parts of one are left out', () => {
  for (const exception of [undefined, null, 'text', 7, []]) assert.equal(errorsOf({ exception }), []);
  const [odd] = errorsOf({ exception: { type: 7, traceback: [1, 'at f (/srv/a.js:1:1)'], cause: 'text' } });
  assert.equal([odd?.type, odd?.message, odd?.own], ['7', '', ['at f (/srv/a.js:1:1)']]);
});

test('the context is what is shown nowhere else', () => {
  assert.equal(contextOf({ message: 'm', level: 'ERROR', exception: {}, request_id: 'r', shard: 3, user_id: 'u' }), {
    shard: 3,
    user_id: 'u',
  });
});

test.run();
