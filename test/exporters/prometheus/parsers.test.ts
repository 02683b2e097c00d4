import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseOpenMetrics } from '../../support/prometheus/openmetrics';
import { parseText } from '../../support/prometheus/text';

const HISTOGRAM = ['h_bucket{le="1.0"} 1', 'h_bucket{le="2.0"} 3', 'h_bucket{le="+Inf"} 4', 'h_sum 9', 'h_count 4'];
const histogram = (...changes: readonly [number, string][]): string => {
  const lines: (string | undefined)[] = [...HISTOGRAM];
  for (const [index, line] of changes) lines[index] = line;
  return `# TYPE h histogram\n${lines.join('\n')}\n`;
};

const GOOD_TEXT = `# HELP jobs_total Jobs\\nand "more" \\\\
# TYPE jobs_total counter
jobs_total{a="x\\"\\\\\\n",b=""} 3 1700000000000
jobs_total 2.5e-7
# TYPE depth gauge
depth{q="\r"} -Inf
depth NaN
# TYPE s summary
s{quantile="0.5"} 2
s_sum 4
s_count 2
${histogram()}`;

const GOOD_OPEN = `# TYPE jobs counter
# HELP jobs Jobs\\n \\"more\\" \\\\
jobs_total{a="x\\"\\\\\\n",b=""} 3 # {id="1"} 2 1.5
jobs_created{a="x\\"\\\\\\n",b=""} 1700000000.5
jobs_total 2.0
# TYPE t_seconds gauge
# UNIT t_seconds seconds
t_seconds +Inf
# TYPE s summary
s{quantile="0.5"} 2
s_sum 4
s_count 2
${histogram([1, 'h_bucket{le="2.0"} 3 # {} 1.5'])}# EOF
`;

test('the parsers read what is right', () => {
  const [jobs, depth, s, h] = parseText(GOOD_TEXT);
  assert.is(jobs!.help, 'Jobs\nand "more" \\');
  assert.equal({ ...jobs!.samples[0]!.labels }, { a: 'x"\\\n', b: '' });
  assert.equal(
    depth!.samples.map(({ value }) => value),
    [Number.NEGATIVE_INFINITY, Number.NaN],
  );
  assert.equal([s!.type, h!.samples.length], ['summary', 5]);
  const [open, seconds, , buckets] = parseOpenMetrics(GOOD_OPEN);
  assert.equal([open!.name, open!.type, open!.help], ['jobs', 'counter', 'Jobs\n "more" \\']);
  assert.equal({ ...open!.samples[0]!.exemplar!.labels }, { id: '1' });
  assert.is(seconds!.unit, 'seconds');
  assert.is(buckets!.samples[1]!.exemplar!.value, 1.5);
  assert.equal([parseText(''), parseOpenMetrics('# EOF\n')], [[], []]);
});

const gauge = (line: string): string => `# TYPE g gauge\n${line}\n`;

/** Refused in both formats, without the end of OpenMetrics. */
const REFUSED: readonly (readonly [why: string, page: string, problem: RegExp])[] = [
  ['no line feed at the end', '# TYPE g gauge\ng 1', /at the end/],
  ['a sample before TYPE', 'g 1\n', /before TYPE/],
  ['a sample after HELP alone', '# HELP g x\ng 1\n', /before TYPE/],
  ['TYPE after samples', '# TYPE g gauge\ng 1\n# TYPE g gauge\n', /after samples/],
  ['TYPE twice', '# TYPE g gauge\n# TYPE g gauge\n', /twice/],
  ['HELP twice', '# HELP g a\n# HELP g b\n', /twice/],
  ['a type that there is not', '# TYPE g gouge\n', /unknown type/],
  ['a comment', '# by the way\n', /comment/],
  ['a comment without a space', '#TYPE g gauge\n', /comment/],
  ['a family split apart', '# TYPE g gauge\ng 1\n# TYPE k gauge\nk 1\n# TYPE g gauge\n', /split apart/],
  ['a sample of another family', gauge('k 1'), /another family/],
  ['a suffix that the type does not have', gauge('g_total 1'), /another family/],
  ['a bucket of a summary', '# TYPE s summary\ns_bucket{le="1.0"} 1\n', /another family/],
  ['a family named like a sample of another', `${histogram()}# TYPE h_sum gauge\nh_sum{a="b"} 1\n`, /like another/],
  ['a name with a dash', gauge('g-1 1'), /name of a sample/],
  ['a family with a dash', '# TYPE g- gauge\n', /name of a family/],
  ['a series twice', gauge('g{a="1"} 1\ng{a="1"} 2'), /twice/],
  ['a series twice, labels in another order', gauge('g{a="1",b="2"} 1\ng{b="2",a="1"} 2'), /twice/],
  ['a label twice', gauge('g{a="1",a="2"} 1'), /twice/],
  ['a label without a name', gauge('g{="1"} 1'), /label name/],
  ['a label with a dash', gauge('g{a-b="1"} 1'), /label name/],
  ['a label that begins with a digit', gauge('g{1a="1"} 1'), /label name/],
  ['a reserved label', gauge('g{__name__="1"} 1'), /reserved/],
  ['le outside a bucket', gauge('g{le="1.0"} 1'), /le in the wrong/],
  ['quantile outside a summary', gauge('g{quantile="0.5"} 1'), /quantile in the wrong/],
  ['a bucket without le', '# TYPE h histogram\nh_bucket 1\n', /le in the wrong/],
  ['a comma at the end', gauge('g{a="1",} 1'), /label name/],
  ['a space after a comma', gauge('g{a="1", b="2"} 1'), /label name/],
  ['a value without quotes', gauge('g{a=1} 1'), /no value/],
  ['a quote that is not escaped', gauge('g{a="1"2"} 1'), /comma/],
  ['an unknown escape', gauge('g{a="\\t"} 1'), /unknown escape/],
  ['a value that does not end', gauge('g{a="1} 1'), /without an end/],
  ['a value broken by a line feed', gauge('g{a="1\n"} 1'), /without an end/],
  ['an unknown escape in HELP', '# HELP g \\t\n', /escape in HELP/],
  ['a backslash at the end of HELP', '# HELP g \\\n', /escape in HELP/],
  ['no number', gauge('g one'), /number/],
  ['no value', gauge('g'), /no space/],
  ['nan in small letters', gauge('g nan'), /number/],
  ['Infinity as JavaScript writes it', gauge('g Infinity'), /number/],
  ['Inf without a sign', gauge('g Inf'), /number/],
  ['a hexadecimal number', gauge('g 0x10'), /number/],
  ['a number with a group', gauge('g 1_000'), /number/],
  ['two spaces', gauge('g  1'), /number/],
  ['a space at the end', gauge('g 1 '), /timestamp|number/],
  ['CR at the end of a line', gauge('g 1\r'), /CR/],
  ['CR in HELP', '# HELP g a\rb\n', /CR/],
  ['NUL', gauge('g{a="\0"} 1'), /NUL/],
  ['a lone surrogate', gauge('g{a="\ud800"} 1'), /surrogate/],
  ['buckets out of order', histogram([0, HISTOGRAM[1]!], [1, 'h_bucket{le="1.0"} 3']), /out of order/],
  ['a bucket twice', histogram([1, 'h_bucket{le="1.00"} 3']), /out of order/],
  ['buckets that are not cumulative', histogram([1, 'h_bucket{le="2.0"} 0']), /not cumulative/],
  ['half a count', histogram([1, 'h_bucket{le="2.0"} 1.5']), /part of a count/],
  ['no bucket +Inf', histogram([2, 'h_bucket{le="3.0"} 4']), /no bucket \+Inf/],
  ['+Inf that is not the count', histogram([4, 'h_count 5']), /not the count/],
  ['a count without a sum', histogram([3, 'h_count 4'], [4, 'h_count{a="b"} 4']), /without a sum|no bucket/],
];

for (const [why, page, problem] of REFUSED) {
  test(`refused in both formats: ${why}`, () => {
    assert.throws(() => parseText(page), problem);
    assert.throws(() => parseOpenMetrics(`${page}# EOF\n`), problem);
  });
}

test('refused in 0.0.4: exemplars, units, ends, timestamps that are none', () => {
  assert.throws(() => parseText('# TYPE j counter\nj 3 # {id="1"} 2\n'), /timestamp/);
  assert.throws(() => parseText('# UNIT g_s s\n'), /comment/);
  assert.throws(() => parseText('# EOF\n'), /comment/);
  assert.throws(() => parseText(gauge('g 1 1.5')), /timestamp/);
  assert.throws(() => parseText('# TYPE j unknown\n'), /unknown type/);
});

const counter = (...lines: string[]): string => `# TYPE j counter\n${lines.join('\n')}\n# EOF\n`;
const ONLY_OPEN: readonly (readonly [why: string, page: string, problem: RegExp])[] = [
  ['no end', gauge('g 1'), /EOF/],
  ['something after the end', '# EOF\n\n', /EOF/],
  ['the end twice', '# EOF\n# EOF\n', /comment/],
  ['an empty line', `${gauge('g 1')}\n# EOF\n`, /name of a sample/],
  ['a counter without _total', counter('j 1'), /another family/],
  ['a negative counter', counter('j_total -1'), /negative/],
  ['a counter that is NaN', counter('j_total NaN'), /no number/],
  ['a unit that the name does not end with', '# TYPE g gauge\n# UNIT g seconds\n# EOF\n', /does not end/],
  ['metadata in another order', '# HELP g x\n# TYPE g gauge\n# EOF\n', /out of order/],
  ['a quote in HELP', '# HELP g a "word"\n# EOF\n', /quote in HELP/],
  ['an exemplar of a gauge', `${gauge('g 1 # {id="1"} 1')}# EOF\n`, /wrong place/],
  ['an exemplar of _created', counter('j_total 1', 'j_created 1 # {} 1'), /wrong place/],
  ['an exemplar of a sum', `${histogram([3, 'h_sum 9 # {} 1'])}# EOF\n`, /wrong place/],
  ['an exemplar of 129 characters', counter(`j_total 1 # {id="${'x'.repeat(127)}"} 1`), /128/],
  ['an exemplar without labels', counter('j_total 1 # 1'), /no labels/],
  ['an exemplar without a value', counter('j_total 1 # {id="1"}'), /no value/],
  ['an exemplar outside its bucket', `${histogram([0, 'h_bucket{le="1.0"} 1 # {} 1.5'])}# EOF\n`, /outside its bucket/],
  ['a bound without a point', `${histogram([0, 'h_bucket{le="1"} 1'])}# EOF\n`, /canonical/],
  ['a quantile above 1', '# TYPE s summary\ns{quantile="1.5"} 1\n# EOF\n', /out of range/],
  ['a series split apart', counter('j_total{a="1"} 1', 'j_total{a="2"} 1', 'j_created{a="1"} 1'), /split apart/],
];

for (const [why, page, problem] of ONLY_OPEN) {
  test(`refused in OpenMetrics: ${why}`, () => {
    assert.throws(() => parseOpenMetrics(page), problem);
  });
}

test.run();
