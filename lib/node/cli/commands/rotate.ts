import { KINDS } from '../../../config/kinds';
import { isTelemetryError } from '../../../core/errors';
import { escapeText } from '../../../log/formats/escape';
import { type RotateFileOptions, type RotateFileResult, rotateFile } from '../../file/rotate-file';
import { type Command, defineCommand } from '../command';
import { PROGRAM } from '../help';
import { UsageError } from '../usage-error';

export const command: Command = defineCommand({
  name: 'rotate',
  summary: 'puts log files of other programs aside when they are too long',
  arguments: [{ name: 'file', doc: 'the log files', many: true }],
  options: {
    'max-bytes': { value: 'size', default: '10MB', doc: 'a file is rotated when it is longer; 0: when it is not empty' },
    keep: { value: 'n', default: '10', doc: 'how many rotated files stay' },
    'max-age': { value: 'time', doc: 'how long rotated files stay, such as 30d or 12h' },
    'total-bytes': { value: 'size', doc: 'what a file and its rotated ones may take together, such as 1GB' },
    gzip: { doc: 'compresses rotated files; without --copy-truncate the newest one stays as it is' },
    archive: { value: 'folder', doc: 'where rotated files go; default: beside the file' },
    'copy-truncate': { doc: 'copies and empties the file, for programs that keep it open, instead of renaming it' },
    'dry-run': { doc: 'changes nothing and says what would be done' },
    json: { doc: 'a line of JSON for each file' },
  },
  notes: [
    'A file becomes <file>.1, and what was <file>.1 becomes <file>.2. The program that writes it must open its name again,',
    'unless --copy-truncate is given; lines it writes in the instant between copy and emptying are lost then.',
    'KB, MB and GB are powers of 1,024. Code 1 when a file could not be rotated; the others are.',
  ],
  async run({ values, arguments: files, stdout, stderr }) {
    if (files.length === 0) throw new UsageError('Name at least one file');
    const options: RotateFileOptions = {
      maxBytes: readBytes('--max-bytes', values['max-bytes']),
      keep: {
        files: readCount(values.keep),
        ...(values['max-age'] === undefined ? {} : { maxAge: values['max-age'] }),
        ...(values['total-bytes'] === undefined ? {} : { totalBytes: readBytes('--total-bytes', values['total-bytes']) }),
      },
      ...(values.archive === undefined ? {} : { archive: values.archive }),
      compress: values.gzip,
      copyTruncate: values['copy-truncate'],
      dryRun: values['dry-run'],
    };
    let failed = 0;
    for (const file of files) {
      try {
        const result = await rotateFile(file, options);
        stdout.write(values.json ? `${JSON.stringify({ file, ...result })}\n` : `${escapeText(`${file}: ${describe(result)}`)}\n`);
      } catch (error) {
        if (!isTelemetryError(error) || error.code !== 'SINK_OPEN_FAILED') throw usageErrorOf(error);
        failed++;
        if (values.json) stdout.write(`${JSON.stringify({ file, rotated: false, error: error.why })}\n`);
        stderr.write(`${escapeText(`${PROGRAM}: ${file} could not be rotated: ${error.why}`)}\n`);
      }
    }
    return failed === 0 ? 0 : 1;
  },
});

function describe({ rotated, path, bytes, reason, warning }: RotateFileResult): string {
  const size = `${bytes.toLocaleString('en-US')} byte${bytes === 1 ? '' : 's'}`;
  const done = rotated
    ? `${size}, ${path === undefined ? 'deleted, the limits leave no room for it' : `now ${path}`}`
    : `${size}, ${WHY[reason!]}`;
  return warning === undefined ? done : `${done}; ${warning}`;
}

const WHY: Readonly<Record<NonNullable<RotateFileResult['reason']>, string>> = {
  small: 'left as it is',
  busy: 'left to somebody else, who is rotating it',
  'dry-run': 'would be rotated',
};

/** Reads `10MB` and the like. */
function readBytes(option: string, text: string): number {
  const parsed = KINDS.bytes.parse(text, { variables: [], kind: 'bytes', doc: '' });
  if ('value' in parsed) return parsed.value as number;
  throw new UsageError(`${option} ${text} is not a size; write whole bytes, or 512KB, 50MB, 1.5GB`);
}

function readCount(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`--keep ${text} is not a whole number`);
}

/** A wrong option of the function is a wrong one of the command line. */
function usageErrorOf(error: unknown): unknown {
  return isTelemetryError(error) ? new UsageError(`${error.what.replace(/^rotateFile: /, '')}. ${error.why}. ${error.fix}.`) : error;
}
