import { isTelemetryError } from '../../../core/errors';
import { escapeText } from '../../../log/formats/escape';
import { type ChainKey, readChainKey } from '../../chain/chain-key';
import { type FilesReport, verifyFiles } from '../../chain/verify-files';
import { type Command, defineCommand } from '../command';
import { PROGRAM } from '../help';
import { UsageError } from '../usage-error';

const KEY_VARIABLE = 'SECURITY_CHAIN_KEY';

export const command: Command = defineCommand({
  name: 'verify',
  summary: 'shows whether chained log files were tampered with',
  arguments: [{ name: 'file', doc: 'the log files; what was rotated out of each is read with it', many: true }],
  options: {
    'key-file': { value: 'file', doc: `the file that holds the key; default: the variable ${KEY_VARIABLE}` },
    head: { value: 'hashes', doc: 'heads that were recorded, with commas between them; they must be there' },
    archive: { value: 'folder', doc: 'where rotated files are; default: beside the file' },
    complete: { doc: 'the first line of all must be there: retention has deleted nothing yet' },
    json: { doc: 'a line of JSON for each log file' },
  },
  notes: [
    'Code 0: nothing is wrong. 1: a line was changed, deleted, inserted, moved or stripped of its link. 2: a file or the key',
    'can not be read. Lines cut off at the end are found only with --head, lines deleted at the beginning only with --complete.',
    'Without a key, who can write a file can chain it anew. A key is never an argument: others would see it.',
  ],
  async run({ values, arguments: paths, stdout, stderr, env }) {
    if (paths.length === 0) throw new UsageError('Name at least one file');
    if (values.head !== undefined && paths.length > 1) throw new UsageError('--head is the head of one file; name one');
    const key = keyOf(values['key-file'], env[KEY_VARIABLE]);
    const options = {
      ...(key === undefined ? {} : { key }),
      ...(values.head === undefined ? {} : { expectedHead: values.head.split(',') }),
      ...(values.archive === undefined ? {} : { archive: values.archive }),
      isComplete: values.complete,
    };
    let [tampered, unread] = [0, 0];
    for (const path of paths) {
      try {
        const report = await verifyFiles(path, options);
        if (!report.isIntact) tampered++;
        stdout.write(values.json ? `${JSON.stringify({ log: path, ...report })}\n` : textOf(path, report, key !== undefined));
      } catch (error) {
        if (!isTelemetryError(error) || error.code !== 'SINK_OPEN_FAILED') throw usageErrorOf(error);
        unread++;
        if (values.json) stdout.write(`${JSON.stringify({ log: path, error: error.why })}\n`);
        stderr.write(`${escapeText(`${PROGRAM}: ${path} can't be read: ${error.why}`)}\n`);
      }
    }
    return tampered > 0 ? 1 : unread > 0 ? 2 : 0;
  },
});

function keyOf(file: string | undefined, variable: string | undefined): ChainKey | undefined {
  try {
    return file === undefined ? variable || undefined : readChainKey(file);
  } catch (error) {
    throw usageErrorOf(error);
  }
}

function textOf(path: string, report: FilesReport, hasKey: boolean): string {
  const { files, problems, problemCount, chained, head, isFromStart } = report;
  const lines = files.map(({ file, lines: count }) => `${file}: ${counted(count, 'line')}, ${counted(inFile(file), 'problem')}`);
  for (const { file, line, kind, message } of problems) lines.push(`${file ?? path}:${line}: ${kind}: ${message}`);
  if (problemCount > problems.length) lines.push(`${counted(problemCount - problems.length, 'further problem')}`);
  // The head is that of a line that passed.
  if (chained > 0 && head === undefined)
    lines.push(hasKey ? 'No line passes: is this the key?' : 'No line passes: were they chained with a key?');
  const start = isFromStart || chained === 0 ? '' : ', older lines are not there';
  const verdict = problemCount === 0 ? `intact${start}` : `tampered with: ${counted(problemCount, 'problem')}`;
  lines.push(`${path}: ${verdict}${head === undefined ? '' : `; head ${head}`}`);
  return `${lines.map(escapeText).join('\n')}\n`;

  function inFile(name: string): number {
    return problems.filter(({ file }) => file === name).length;
  }
}

const counted = (count: number, noun: string): string => `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

/** A wrong option of the function is a wrong one of the command line. */
function usageErrorOf(error: unknown): unknown {
  return isTelemetryError(error) ? new UsageError(`${error.what.replace(/^verifyFiles: /, '')}. ${error.why}. ${error.fix}.`) : error;
}
