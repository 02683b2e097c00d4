import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isApplicationFrame, placeOf } from '../../lib/errors/frame';
import { parseStack } from '../../lib/errors/stack';
import { recordStacks } from './stacks/program';

const recorded = (name: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(new URL(`./stacks/${name}.json`, import.meta.url), 'utf8')).stacks;

const ENGINES = ['node-20', 'node-26', 'deno', 'bun', 'spidermonkey', 'javascriptcore'];
const file = (path: string) => path.slice(path.lastIndexOf('/') + 1);
/** Frames as `function file:line:column`, an asterisk before those that waited. */
const read = (stack: string | undefined) =>
  parseStack(stack ?? '').map((frame) =>
    `${frame.isAsync ? '*' : ''}${frame.functionName} ${file(frame.file)}:${frame.line}:${frame.column}`.trim(),
  );

test('the innermost frame of a stack recorded on any engine is the function that threw', () => {
  const first: Record<string, RegExp> = {
    plain: /^loadUser program\.mjs:2:/,
    method: /^loadUser program\.mjs:2:/,
    constructor: /^Repository program\.mjs:6:/,
    private: /^loadUser program\.mjs:2:/,
    async: /^loadUser program\.mjs:2:/,
    evaluated: /^evaluated /,
    native: /^loadUser program\.mjs:2:/,
    generator: /^loadUser program\.mjs:2:/,
    'promise all': /^loadUser program\.mjs:2:/,
  };
  for (const engine of ENGINES) {
    const stacks = recorded(engine);
    for (const [name, pattern] of Object.entries(first)) assert.match(read(stacks[name])[0] ?? '', pattern, `${engine}: ${name}`);
  }
});

test('every recorded line that is a frame is read, and no other', () => {
  for (const engine of [...ENGINES, 'node-modules']) {
    for (const [name, stack] of Object.entries(recorded(engine))) {
      if (name === 'message of lines') continue;
      const isAt = stack.includes('\n    at ');
      const lines = stack.split('\n').filter((line) => (isAt ? line.startsWith('    at ') : line !== ''));
      assert.is(parseStack(stack).length, lines.length, `${engine}: ${name}`);
    }
  }
});

test('stacks of V8 have classes, constructors, aliases, accessors and what waited', () => {
  const stacks = recorded('node-20');
  assert.equal(read(stacks.async).slice(0, 3), [
    'loadUser program.mjs:2:9',
    'Repository.fetch program.mjs:22:12',
    '*Repository.outer program.mjs:25:12',
  ]);
  assert.equal(read(String(stacks.constructor)).slice(0, 2), ['Repository program.mjs:6:25', 'Repository.open program.mjs:9:12']);
  assert.is(read(stacks.getter)[1], 'get first program.mjs:12:12');
  assert.is(read(stacks.private)[1], '#secret program.mjs:28:12');
  assert.is(read(stacks.anonymous)[0], 'program.mjs:48:11');
  assert.equal(read(stacks.native).slice(2, 3), ['Array.map :0:0']);
  const modules = recorded('node-modules');
  assert.is(read(modules.alias)[1], 'record.mjs:24:64');
  assert.is(read(modules.alias)[0], 'Object.loadUser record.mjs:4:31');
  assert.is(read(modules['common js top'])[1], 'Object.<anonymous> common.cjs:5:7');
  assert.is(read(modules.import)[0], 'with%20space%20&%20query.mjs?v=1#part:1:33');
});

test('what an eval made is where the eval was called, on V8 and SpiderMonkey', () => {
  assert.is(read(recorded('node-20').evaluated)[0], 'evaluated program.mjs:42:20');
  assert.is(read(recorded('spidermonkey').evaluated)[0], 'evaluated program.mjs:42:0');
  assert.is(read(recorded('spidermonkey')['new Function'])[1], 'anonymous program.mjs:43:0');
  assert.equal(parseStack('at c (eval at b (eval at a (file:///srv/x.js:3:4), <anonymous>:1:2), <anonymous>:5:6)'), [
    { functionName: 'c', file: 'file:///srv/x.js', line: 3, column: 4, isAsync: false },
  ]);
});

test('stacks of SpiderMonkey have paths of functions, stacks of JavaScriptCore the code of a module', () => {
  const stacks = recorded('spidermonkey');
  assert.is(read(stacks.property)[1], 'api.find program.mjs:32:28');
  assert.is(read(stacks.async)[2], '*outer program.mjs:25:23');
  assert.is(read(recorded('javascriptcore').plain).at(-1), 'module code program.mjs:74:13');
  assert.is(read(recorded('javascriptcore').json)[0], 'parse :0:0');
});

test('frames written by hand from the formats of Chrome, Safari, Firefox, Windows and bundlers are read', () => {
  const cases: readonly (readonly [string, string, string, number, number])[] = [
    ['at C:\\app\\main.js:10:5', '', 'C:\\app\\main.js', 10, 5],
    ['at Object.run (C:\\Program Files (x86)\\app\\main.js:10:5)', 'Object.run', 'C:\\Program Files (x86)\\app\\main.js', 10, 5],
    ['at load (file:///C:/app/main.js:1:2)', 'load', 'file:///C:/app/main.js', 1, 2],
    ['at Page (webpack-internal:///(rsc)/./app/(home)/page.tsx:7:9)', 'Page', 'webpack-internal:///(rsc)/./app/(home)/page.tsx', 7, 9],
    ['at r (webpack:///./src/a.ts?1b2c:3:4)', 'r', 'webpack:///./src/a.ts?1b2c', 3, 4],
    ['at https://x.test/app.js?v=1:2:3', '', 'https://x.test/app.js?v=1', 2, 3],
    ['at Foo.<anonymous> [as bar] (/srv/a.js:1:2)', 'Foo.<anonymous>', '/srv/a.js', 1, 2],
    ['at new <anonymous> (/srv/a.js:1:2)', '', '/srv/a.js', 1, 2],
    ['at async Promise.all (index 1)', 'Promise.all', '', 0, 0],
    ['at main (/srv/a.js:12)', 'main', '/srv/a.js', 12, 0],
    ['render@https://x.test/node_modules/@scope/pkg/index.js:5:6', 'render', 'https://x.test/node_modules/@scope/pkg/index.js', 5, 6],
    ['promise callback*load/<@http://x.test/a.js:1:2', 'load/<', 'http://x.test/a.js', 1, 2],
    ['@http://x.test/a.js:1:2', '', 'http://x.test/a.js', 1, 2],
    ['map@[native code]', 'map', '', 0, 0],
  ];
  for (const [line, functionName, path, at, column] of cases) {
    const isAsync = /async|promise/.test(line);
    assert.equal(parseStack(line), [{ functionName, file: path, line: at, column, isAsync }], line);
  }
});

test('what is no frame is passed over', () => {
  for (const text of ['', '\n\n', 'Error: x', 'at', 'what happened at noon (12:30)', 'mail somebody@example.com', 'TypeError: a@b']) {
    assert.equal(parseStack(text), [], text);
  }
  assert.is(parseStack('Error: ask bob@example.com:22\n    at f (/srv/a.js:1:2)').length, 1);
});

test('a stack of this runtime has the function that threw on top', async () => {
  const stacks = await recordStacks();
  for (const name of ['plain', 'method', 'private', 'property']) {
    const [frame] = parseStack(stacks[name] ?? '');
    assert.is(frame?.functionName, 'loadUser', stacks[name]);
    assert.match(placeOf(frame!), /^program:loadUser$/);
    assert.ok(isApplicationFrame(frame!));
  }
});

test('frames of runtimes, packages, extensions and this library are not of the application', () => {
  const isOwn = (path: string) => isApplicationFrame({ functionName: 'f', file: path, line: 1, column: 1, isAsync: false });
  for (const path of [
    '',
    'node:internal/timers',
    'node:fs',
    'internal/modules/cjs/loader.js',
    'ext:core/01_core.js',
    'bun:sqlite',
    'self-hosted',
    'moz-extension://0/a.js',
    'chrome-extension://0/a.js',
    'safari-web-extension://0/a.js',
    'resource://gre/a.js',
    '/srv/app/node_modules/pg/lib/client.js',
    'C:\\app\\node_modules\\pg\\client.js',
    'webpack:///./node_modules/pg/client.js',
    '/home/me/telemetry-bus/dist/index.js',
  ]) {
    assert.not(isOwn(path), path);
  }
  for (const path of [
    '/srv/app/a.js',
    'file:///srv/a.js',
    'https://x.test/a.js',
    'C:\\app\\a.js',
    '/srv/internal/a.js',
    '/srv/my_node_modules/a.js',
  ]) {
    assert.ok(isOwn(path), path);
  }
});

test('a place is a file without folders, ending, query and content hash, and a function without what it was called on', () => {
  const place = (path: string, functionName: string) => placeOf({ functionName, file: path, line: 1, column: 1, isAsync: true });
  assert.is(place('/srv/app/users.ts', 'find'), place('C:\\work\\users.js', 'Object.find'));
  assert.is(place('file:///a/users.mjs?v=2#x', 'Child.find'), place('/b/users.cts', 'Parent.find'));
  for (const name of ['assets/index-4f9a1c2b.js', 'index.BX7QK2ZA.js', 'index-DiwrgTda9.js', 'index.js'])
    assert.is(place(name, ''), 'index:');
  for (const name of ['user-repository.js', 'date-fns.js', 'step-2.js']) assert.is(place(name, ''), `${name.slice(0, -3)}:`);
  for (const name of ['<anonymous>', 'Object.<anonymous>', 'main/<', 'main/</<', 'module code', ''])
    assert.is(place('a.js', name), 'a:', name);
  for (const name of ['get first', 'Repository.get first', 'first', 'Repository.first', 'first<', 'a/first<'])
    assert.is(place('a.js', name), 'a:first', name);
});

test('any text is read without a throw, and at most 100 frames of it', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('at ', '\n', '(', ')', 'eval at ', ', ', ':1', '@', '*', ' [as ', ']', 'a.js', ' line 1 > eval', 'async ', '<'),
        { maxLength: 60 },
      ),
      (parts) => {
        for (const frame of parseStack(parts.join(''))) assert.ok(Number.isInteger(frame.line) && Number.isInteger(frame.column));
      },
    ),
  );
  assert.is(parseStack('at f (/a.js:1:2)\n'.repeat(5000)).length, 100);
});

test('a line that is too long to be one is no frame, and the ones around it are', () => {
  for (const long of [
    'at '.repeat(350_000),
    `at ${'('.repeat(1e6)}`,
    `at f (${'eval at x ('.repeat(90_000)}`,
    `${'@'.repeat(1e6)}:1:2`,
    ' '.repeat(1e6),
    '1'.repeat(1e6),
  ]) {
    assert.equal(read(`    at a (/srv/x.js:1:2)\n${long}\n    at b (/srv/x.js:3:4)`), ['a x.js:1:2', 'b x.js:3:4']);
  }
  assert.is(parseStack(`at f (${'a'.repeat(4084)}:1:2)`).length, 1);
  assert.is(parseStack(`at f (${'a'.repeat(4086)}:1:2)`).length, 0);
});

test.run();
