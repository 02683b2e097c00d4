import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiProblem } from '../../lib/dashboard/page/api';
import { ErrorSearch } from '../../lib/dashboard/page/views/errors-search';

type Answers = Readonly<Record<string, unknown>>;

/** A page whose program answers with these by path; everything else is not there. */
function searching(answers: Answers): { readonly search: ErrorSearch; readonly asked: string[]; readonly done: () => Promise<void> } {
  const asked: string[] = [];
  const get = async (path: string): Promise<unknown> => {
    asked.push(path);
    if (path in answers) return answers[path];
    throw new ApiProblem(404, 'NOT_FOUND', 'nowhere');
  };
  const search = new ErrorSearch({ api: { get }, refresh: () => undefined } as never);
  const done = async (): Promise<void> => {
    for (let turn = 0; turn < 100 && search.isSearching; turn++) await Promise.resolve();
  };
  return { search, asked, done };
}

const SEARCHED = { storage: 'absent', files: 1, is_complete: true };
const record = (id: string): object => ({ found_in: 'memory', record: { error_id: id, message: 'm' } });

test('an error is looked for once, however often it is asked for', async () => {
  const answer = { group: null, records: [record('k3m9q2td')], searched: SEARCHED };
  const { search, asked, done } = searching({ '/admin/errors/by-id/k3m9q2td': answer });
  for (let look = 0; look < 3; look++) search.look({ errorId: 'k3m9q2td' });
  assert.ok(search.isSearching);
  await done();
  assert.equal([search.answer, search.isSearching, asked.length], [answer, false, 1]);
  search.look(undefined);
  assert.is(search.answer, undefined);
});

test('a program without files is asked for the lines that it still knows', async () => {
  const group = { last_error_id: 'k3m9q2td' };
  const { search, asked, done } = searching({
    '/admin/errors/0123456789ab?records=10': { group, records: [], searched: SEARCHED },
    '/admin/logs/of/k3m9q2td': { records: [record('k3m9q2td'), record('other')] },
  });
  search.look({ fingerprint: '0123456789ab' });
  await done();
  assert.equal([search.answer?.group, search.answer?.records.length, asked.length], [group, 1, 2]);
});

test('an id that is nowhere is said to be, and one that can be none is not asked for', async () => {
  const { search, asked, done } = searching({ '/admin/logs/of/aaaa1111': { records: [] } });
  search.look({ errorId: 'AAAA1111' });
  await done();
  assert.equal([search.problem?.status, asked], [404, ['/admin/errors/by-id/AAAA1111', '/admin/logs/of/aaaa1111']]);
  search.look({ errorId: '../x' });
  assert.equal(
    [search.problem?.message, search.isSearching, asked.length],
    ['An error id has letters and digits only, such as k3m9q2td', false, 2],
  );
});

test('what comes after another was asked for is not shown', async () => {
  const answer = { group: null, records: [record('bbbb2222')], searched: SEARCHED };
  const { search, done } = searching({
    '/admin/errors/by-id/aaaa1111': { ...answer, records: [record('aaaa1111')] },
    '/admin/errors/by-id/bbbb2222': answer,
  });
  search.look({ errorId: 'aaaa1111' });
  search.look({ errorId: 'bbbb2222' });
  await done();
  assert.is(search.answer, answer);
});

test.run();
