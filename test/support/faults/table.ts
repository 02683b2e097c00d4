/** The table of results that is printed at the end when `FAULTS` is set: `long`, or anything else for the short forms. */
interface Result {
  readonly row: string;
  readonly name: string;
  readonly figures: string;
  readonly verdict: string;
  readonly ms: number;
}

const results: Result[] = [];

/** Adds a line to the table. */
export function noteResult(result: Result): void {
  if (results.length === 0 && process.env.FAULTS !== undefined) process.on('exit', print);
  results.push(result);
}

function print(): void {
  const lines = results.map(
    ({ row, name, figures, verdict, ms }) => `| ${row} | ${name} | ${figures} | ${verdict} | ${(ms / 1000).toFixed(1)} s |`,
  );
  console.log(`\n\n| row | fact | figures | verdict | time |\n|---|---|---|---|---|\n${lines.join('\n')}\n`);
}
