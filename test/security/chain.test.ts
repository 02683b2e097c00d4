import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CHAIN_START, type ChainHash, createChain } from '../../lib/security/chain';
import type { ChainReport } from '../../lib/security/chain-verifier';
import { SeenHashes } from '../../lib/security/seen-hashes';
import { verifyChain } from '../../lib/security/verify-chain';

const hash: ChainHash = (text) => createHash('sha256').update(text).digest('hex');
const A = 'aaaaaaaaaaaaaaaa';
const B = 'bbbbbbbbbbbbbbbb';
const C = 'cccccccccccccccc';
const hashOf = (line: string): string => /"hash":"([0-9a-f]{64})"/.exec(line)![1]!;

/** Lines of several writers, each beginning after the line before its first. */
function written(order: string, key: ChainHash = hash): string[] {
  const lines: string[] = [];
  const chains = new Map<string, ReturnType<typeof createChain>>();
  for (const [index, writer] of [...order].entries()) {
    const known =
      chains.get(writer) ?? createChain(writer.repeat(16), () => (lines.length === 0 ? CHAIN_START : hashOf(lines.at(-1)!)), key);
    chains.set(writer, known);
    lines.push(known.seal(`{"message":"line ${index}"}\n`));
  }
  return lines;
}
const check = (lines: Iterable<string>, options = {}): Promise<ChainReport> => verifyChain(lines, { hash, ...options });
const told = ({ problems }: ChainReport): string[] =>
  problems.map(({ line, kind, count }) => `${line} ${kind}${count === undefined ? '' : ` ${count}`}`);
const without = (lines: readonly string[], ...indexes: number[]): string[] => lines.filter((_, index) => !indexes.includes(index));

test('a chained line is the line with its link, which hashes what came before', () => {
  const chain = createChain(A, () => CHAIN_START, hash);
  const first = hash(`${CHAIN_START}\n${A}\n1\n{"a":1}`);
  assert.is(chain.seal('{"a":1}\n'), `{"a":1,"chain":{"id":"${A}","seq":1,"prev":"${CHAIN_START}","hash":"${first}"}}\n`);
  const second = hash(`${first}\n${A}\n2\n{}`);
  assert.is(chain.seal('{}'), `{"chain":{"id":"${A}","seq":2,"prev":"${first}","hash":"${second}"}}`);
});

test('a chained line is JSON with the members it had', () => {
  const line = createChain(A, () => CHAIN_START, hash).seal('{"chain":"mine","a":"\\u0000\u2028"}\n');
  const { chain, ...rest } = JSON.parse(line);
  assert.equal(Object.keys(rest), ['a']);
  assert.equal(Object.keys(chain), ['id', 'seq', 'prev', 'hash']);
});

test('what is no line of one object passes as it is, and has no number', () => {
  const chain = createChain(A, () => CHAIN_START, hash);
  for (const line of ['', '\n', 'text\n', '[1]\n', '{"a":1}\n{"b":2}\n', '{\n', '}\n', ' {"a":1}\n']) assert.is(chain.seal(line), line);
  assert.match(chain.seal('{}\n'), '"seq":1,');
});

test('what the first line follows is asked for once, when it comes', () => {
  let asked = 0;
  const chain = createChain(A, () => `${asked++}`.padStart(64, '0'), hash);
  chain.seal('text\n');
  assert.is(asked, 0);
  chain.seal('{}\n');
  chain.seal('{}\n');
  assert.is(asked, 1);
});

test('an untouched chain is intact: who wrote it, how many lines, where it ends', async () => {
  const lines = written('aababbca');
  const report = await check(lines);
  assert.equal([report.isIntact, report.lines, report.chained, report.isFromStart, report.problemCount], [true, 8, 8, true, 0]);
  assert.equal(report.writers, [
    { id: A, firstSeq: 1, lastSeq: 4, first: { line: 1 }, last: { line: 8 }, lines: 4, head: hashOf(lines[7]!) },
    { id: B, firstSeq: 1, lastSeq: 3, first: { line: 3 }, last: { line: 6 }, lines: 3, head: hashOf(lines[5]!) },
    { id: C, firstSeq: 1, lastSeq: 1, first: { line: 7 }, last: { line: 7 }, lines: 1, head: hashOf(lines[6]!) },
  ]);
  assert.is(report.head, hashOf(lines[7]!));
});

test('lines may come with newlines or without, and one after the other', async () => {
  async function* slowly() {
    for (const line of written('aabb')) yield line.trimEnd();
  }
  assert.ok((await verifyChain(slowly(), { hash })).isIntact);
});

test('nothing at all is intact, unless all of it is asked for', async () => {
  const { isIntact, head, lines } = await check([]);
  assert.equal([isIntact, head, lines], [true, undefined, 0]);
  assert.equal(told(await check([], { isComplete: true })), ['0 unlinked']);
});

const lines = written('aaaaaaaa');
const swapped = [0, 1, 3, 2, 4, 5, 6, 7].map((index) => lines[index]!);
const DONE: readonly (readonly [what: string, lines: readonly string[], problems: readonly string[]])[] = [
  ['a line deleted', without(lines, 3), ['4 missing 1']],
  ['three lines deleted', without(lines, 2, 3, 4), ['3 missing 3']],
  ['lines deleted in two places', without(lines, 2, 5), ['3 missing 1', '5 missing 1']],
  ['two lines swapped', swapped, ['3 reordered']],
  ['a line moved to the end', [...without(lines, 3), lines[3]!], ['4 reordered']],
  ['a line moved to the front', [lines[0]!, lines[5]!, ...without(lines, 0, 5)], ['2 reordered']],
  ['a line repeated', [...lines.slice(0, 4), lines[3]!, ...lines.slice(4)], ['5 inserted']],
  ['an early line repeated at the end', [...lines, lines[1]!], ['9 inserted']],
  ['a plain line inserted', [...lines.slice(0, 4), '{"message":"x"}\n', ...lines.slice(4)], ['5 unchained']],
  ['an empty line inserted', [...lines.slice(0, 4), '\n', ...lines.slice(4)], ['5 unchained']],
  ['a line stripped of its link', lines.map((line, index) => (index === 4 ? '{"message":"line 4"}\n' : line)), ['5 unchained']],
  ['a text changed', lines.map((line, index) => (index === 4 ? line.replace('line 4', 'line 5') : line)), ['5 changed']],
  ['a number changed', lines.map((line, index) => (index === 4 ? line.replace('"seq":5', '"seq":50') : line)), ['5 changed']],
  ['a writer changed', lines.map((line, index) => (index === 4 ? line.replace(A, B) : line)), ['5 changed']],
  ['a carriage return added', lines.map((line, index) => (index === 4 ? line.replace('\n', '\r\n') : line)), ['5 unchained']],
  ['a comma taken away', lines.map((line, index) => (index === 4 ? line.replace(',"chain"', '"chain"') : line)), ['5 unchained']],
  [
    'two changed',
    lines.map((line, index) => (index === 2 || index === 6 ? line.replace('line', 'lime') : line)),
    ['3 changed', '7 changed'],
  ],
];
for (const [what, tampered, problems] of DONE) {
  test(`it is found where it was done: ${what}`, async () => {
    const report = await check(tampered);
    assert.equal(told(report), problems);
    assert.equal([report.isIntact, report.problemCount], [false, problems.length]);
  });
}

test('a broken line does not hide that others of its writer are gone', async () => {
  const broken = lines.map((line, index) => (index === 2 ? '{"message":"x"}\n' : line));
  assert.equal(told(await check(without(broken, 3))), ['3 unchained', '4 missing 1']);
  assert.equal(told(await check(without(broken, 5))), ['3 unchained', '6 missing 1']);
});

test('lines cut off at the end show against a recorded head only', async () => {
  const expectedHead = hashOf(lines[7]!);
  const cut = lines.slice(0, 6);
  assert.ok((await check(cut)).isIntact);
  assert.equal(told(await check(cut, { expectedHead })), ['6 missing']);
  assert.ok((await check(lines, { expectedHead })).isIntact);
  assert.ok((await check([...lines, ...written('b')].slice(0, 8), { expectedHead: hashOf(lines[3]!) })).isIntact, 'lines came since');
});

test('the last lines of a writer among those of another show against its own head only', async () => {
  const both = written('abaabb');
  const heads = (await check(both)).writers.map(({ head }) => head!);
  assert.equal(heads, [hashOf(both[3]!), hashOf(both[5]!)]);
  const cut = without(both, 2, 3);
  assert.ok((await check(cut)).isIntact, 'nothing refers to them');
  assert.ok((await check(cut, { expectedHead: hashOf(both[5]!) })).isIntact, 'nor does the head of the other');
  assert.equal(told(await check(cut, { expectedHead: heads })), ['4 missing']);
  assert.ok((await check(both, { expectedHead: heads })).isIntact);
  assert.ok((await check(both, { expectedHead: [] })).isIntact);
});

test('of several recorded heads each that is not there is told, once, by its first digits', async () => {
  const [one, two] = ['ab'.repeat(32), 'cd'.repeat(32)] as const;
  const { problems } = await check(lines, { expectedHead: [one, hashOf(lines[3]!), two, one] });
  assert.equal(
    problems.map(({ kind, message }) => [kind, message.slice(-13)]),
    [
      ['missing', 'abababababab…'],
      ['missing', 'cdcdcdcdcdcd…'],
    ],
  );
});

test('a writer whose last line was changed has no head', async () => {
  const both = written('aab');
  const { writers } = await check([both[0]!, both[1]!.replace('line', 'lime'), both[2]!]);
  assert.equal(
    writers.map(({ head }) => head),
    [undefined, hashOf(both[2]!)],
  );
});

test('the end of a writer shows when another began after it', async () => {
  const both = written('aaabbb');
  assert.equal(told(await check(without(both, 2))), ['3 unlinked']);
});

test('lines deleted at the beginning are no problem unless all are asked for', async () => {
  const later = written('aabbabcab').slice(2);
  const report = await check(later);
  assert.equal([report.isIntact, report.isFromStart], [true, false]);
  assert.equal(told(await check(later, { isComplete: true })), ['1 unlinked']);
  assert.ok((await check(written('aab'), { isComplete: true })).isIntact);
});

test('where the first line is there, a writer without its own first lines is not whole', async () => {
  assert.equal(told(await check(without(written('aaabbb'), 3, 4))), ['4 missing 2']);
});

test('also the oldest line that is left is verified by itself', async () => {
  const left = lines.slice(3);
  left[0] = left[0]!.replace('line', 'lime');
  assert.equal(told(await check(left)), ['1 changed']);
});

test('writers that begin together in a new file are no problem, one that begins anew later is', async () => {
  const together = [createChain(A, () => CHAIN_START, hash).seal('{}'), createChain(B, () => CHAIN_START, hash).seal('{}')];
  assert.ok((await check(together)).isIntact);
  const anew = [...written('a'.repeat(256)), createChain(B, () => CHAIN_START, hash).seal('{}')];
  assert.equal(told(await check(anew)), ['257 unlinked']);
  const anewLater = [...written('a'.repeat(256)).slice(1), createChain(B, () => CHAIN_START, hash).seal('{}')];
  assert.equal(told(await check(anewLater)), ['256 unlinked']);
});

test('a writer may refer to a line that comes a little later', async () => {
  const [first, second, third] = written('aab') as [string, string, string];
  assert.ok((await check([first, third, second])).isIntact);
});

test('lines chained by somebody without the key are changed lines', async () => {
  const keyed: ChainHash = (text) => hash(`secret ${text}`);
  const own = written('aaa', keyed);
  const forged = createChain(B, () => hashOf(own[2]!), hash).seal('{}');
  const report = await verifyChain([...own, forged], { hash: keyed });
  assert.equal(told(report), ['4 changed']);
  assert.is(report.head, hashOf(own[2]!));
});

test('without a key a line chained anew shows in the line behind it', async () => {
  const forged = createChain(A, () => CHAIN_START, hash);
  const anew = lines.map(() => forged.seal('{"message":"forged"}\n'));
  assert.equal(told(await check([...anew.slice(0, 3), ...lines.slice(3)])), ['4 unlinked']);
  assert.ok((await check(anew)).isIntact, 'all of them chained anew show nothing: that takes a key');
});

test('3,000 lines in reverse are one problem: what came late is not held to be repeated', async () => {
  const [first, ...rest] = written('a'.repeat(3000));
  assert.equal(told(await check([first!, ...rest.reverse()])), ['2 reordered']);
});

test('where the first line of all was changed, that is the one problem', async () => {
  const changed = lines.map((line, index) => (index === 0 ? line.replace('line', 'lime') : line));
  assert.equal(told(await check(changed)), ['1 changed']);
});

test('of many problems the first 1,000 are told and all are counted', async () => {
  const { problems, problemCount, isIntact } = await check(Array(5000).fill('{}'));
  assert.equal([problems.length, problemCount, isIntact], [1000, 5000, false]);
});

test('of many writers the first 1,000 are told and all are counted', async () => {
  const many: string[] = [];
  for (let index = 0; index < 1500; index++) {
    const id = index.toString(16).padStart(16, '0');
    many.push(createChain(id, () => (many.length === 0 ? CHAIN_START : hashOf(many.at(-1)!)), hash).seal('{}'));
  }
  const { writers, writerCount, isIntact } = await check(many);
  assert.equal([writers.length, writerCount, isIntact], [1000, 1500, true]);
});

test('a problem tells nothing of the line but its place in the chain', async () => {
  const canary = 'Zq8vT2mX9kLw4RnB';
  const tampered = lines.map((line, index) => (index === 4 ? line.replace('line 4', canary) : line));
  const { problems } = await check([...tampered, `{"${canary}":1}`]);
  assert.is(problems.length, 2);
  assert.not.match(JSON.stringify(problems), canary);
});

test('hashes are remembered, the oldest of a million are not', () => {
  const seen = new SeenHashes();
  const nth = (index: number) => index.toString(16).padStart(13, '0').padEnd(64, '0');
  for (let index = 0; index < 1_000_001; index++) seen.add(nth(index));
  assert.equal([seen.has(nth(0)), seen.has(nth(500_000)), seen.has(nth(1_000_000)), seen.has(nth(1_000_001))], [false, true, true, false]);
});

/** One thing done to a file of lines, and the lines (from 1) at which it may show. */
type Mutation = (
  lines: readonly string[],
  at: number,
  more: number,
) => { readonly lines: readonly string[]; readonly at: readonly number[] } | undefined;
const replaced = (all: readonly string[], at: number, line: string): string[] => all.map((other, index) => (index === at ? line : other));
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a character changed': (all, at, more) => {
    const line = all[at]!;
    const where = more % (line.length - 1);
    const other = line[where] === 'x' ? 'y' : 'x';
    return { lines: replaced(all, at, line.slice(0, where) + other + line.slice(where + 1)), at: [at + 1] };
  },
  'a character deleted': (all, at, more) => {
    const line = all[at]!;
    const where = more % (line.length - 1);
    return { lines: replaced(all, at, line.slice(0, where) + line.slice(where + 1)), at: [at + 1] };
  },
  'a character inserted': (all, at, more) => {
    const line = all[at]!;
    const where = more % line.length;
    return { lines: replaced(all, at, `${line.slice(0, where)}0${line.slice(where)}`), at: [at + 1] };
  },
  'a digit changed': (all, at, more) => {
    const line = all[at]!;
    const digits = [...line.matchAll(/[0-9a-f]/g)];
    const where = digits[more % digits.length]!.index;
    const other = '0123456789abcdef'['0123456789abcdef'.indexOf(line[where]!) ^ 1]!;
    return { lines: replaced(all, at, line.slice(0, where) + other + line.slice(where + 1)), at: [at + 1] };
  },
  // The first line deleted is what retention does; the last ones of a writer are those that nobody refers to.
  'a line deleted': (all, at) => {
    const id = /"id":"(\w+)"/.exec(all[at]!)![1]!;
    const next = all.findIndex((line, index) => index > at && line.includes(`"id":"${id}"`));
    return at === 0 || next < 0 ? undefined : { lines: without(all, at), at: [next] };
  },
  'a line repeated': (all, at, more) => {
    const to = at + 1 + (more % (all.length - at));
    return { lines: [...all.slice(0, to), all[at]!, ...all.slice(to)], at: [to + 1] };
  },
  'a link stripped': (all, at) => ({ lines: replaced(all, at, all[at]!.replace(/,"chain".*\n$/, '}\n')), at: [at + 1] }),
  'a line inserted': (all, at) => ({ lines: [...all.slice(0, at), '{"message":"x"}\n', ...all.slice(at)], at: [at + 1] }),
  'two lines of a writer swapped': (all, at, more) => {
    const id = /"id":"(\w+)"/.exec(all[at]!)![1]!;
    const own = all.flatMap((line, index) => (index > at && line.includes(`"id":"${id}"`) ? [index] : []));
    if (at === 0 || own.length === 0) return undefined;
    const other = own[more % own.length]!;
    return { lines: replaced(replaced(all, at, all[other]!), other, all[at]!), at: [at + 1] };
  },
};
for (const [what, mutate] of Object.entries(MUTATIONS)) {
  test(`any one of these is found where it was done: ${what}`, async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 14 }),
        fc.nat(),
        fc.nat(),
        async (order, place, more) => {
          const all = written(order.join(''));
          assert.ok((await check(all)).isIntact);
          const mutated = mutate(all, place % all.length, more);
          if (mutated === undefined) return;
          done++;
          const report = await check(mutated.lines);
          assert.is(report.isIntact, false);
          assert.ok(
            report.problems.some(({ line }) => mutated.at.includes(line)),
            `${told(report)} instead of ${mutated.at}`,
          );
        },
      ),
      { numRuns: 200 },
    );
    assert.ok(done > 50, String(done));
  });
}

test('options that are wrong are refused', async () => {
  for (const options of [
    {},
    { hash: 5 },
    { hash, expectedHead: 'x' },
    { hash, expectedHead: ['ab'.repeat(32), 'x'] },
    { hash, expectedHead: Array(1001).fill('ab'.repeat(32)) },
    { hash, isComplete: 1 },
    { hash, key: 'x' },
    undefined,
  ]) {
    try {
      await verifyChain([], options as never);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /verifyChain.*OPTION_/s);
    }
  }
});

test.run();
