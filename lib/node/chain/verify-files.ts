import { resolve } from 'node:path';
import { TelemetryError } from '../../core/errors';
import { checkOptions, optionInvalid } from '../../core/options';
import type { ChainHash } from '../../security/chain';
import { type ChainCheckOptions, type ChainReport, ChainVerifier } from '../../security/chain-verifier';
import { CHECK_RULES } from '../../security/verify-chain';
import { type ChainKey, chainHash } from './chain-key';
import { BrokenArchiveError, MovedError, readLines } from './read-lines';
import { type LogPart, partAt, partsOf } from './rotated-files';

/** Options of {@link verifyFiles}. */
export interface VerifyFilesOptions extends ChainCheckOptions {
  /** The key that the lines were chained with; none: they were chained without. */
  readonly key?: ChainKey;
  /** Folder of rotated files, as the file sink was told. Default: beside the file. */
  readonly archive?: string;
}

/** What became of the chain in files. */
export interface FilesReport extends ChainReport {
  /** In the order they were read, the oldest first. */
  readonly files: readonly { readonly file: string; readonly lines: number }[];
}

/** A log may be rotated while it is read; then it is read anew. */
const MAX_ATTEMPTS = 5;

/**
 * Verifies the lines that a {@link chainedSink} wrote: a log file with all that was rotated out of it, compressed files included,
 * from the oldest line to the newest. It may be in use meanwhile: what is written later is not looked at.
 *
 * @param paths - A log file, such as `security.log`; or a list of files in the order of their lines, which is taken as it is.
 * @returns What is wrong, and where; see {@link ChainReport}.
 * @throws {TelemetryError} rejecting: `OPTION_UNKNOWN`, `OPTION_INVALID`; `SINK_OPEN_FAILED` when there is no such file, or one can't
 * be read.
 */
export async function verifyFiles(paths: string | readonly string[], options: VerifyFilesOptions = {}): Promise<FilesReport> {
  checkOptions('verifyFiles', options, { key: 'any', archive: 'string', ...CHECK_RULES });
  const isList = Array.isArray(paths);
  if (!isList && (typeof paths !== 'string' || paths === ''))
    throw optionInvalid('verifyFiles: paths', paths, 'a path, or a list of paths');
  const hash = chainHash(options.key, 'verifyFiles: key');
  for (let attempt = 1; ; attempt++) {
    try {
      return await verifyParts(isList ? listed(paths) : family(paths as string, options.archive), hash, options);
    } catch (error) {
      if (attempt < MAX_ATTEMPTS && isMoved(error)) continue;
      throw readFailed(isList ? paths.join(', ') : (paths as string), error);
    }
  }
}

async function verifyParts(parts: readonly LogPart[], hash: ChainHash, options: ChainCheckOptions): Promise<FilesReport> {
  const verifier = new ChainVerifier(hash, options);
  const files: { file: string; lines: number }[] = [];
  for (const part of parts) {
    let line = 0;
    try {
      for await (const text of readLines(part)) verifier.add(text, { file: part.path, line: ++line });
    } catch (error) {
      if (!(error instanceof BrokenArchiveError)) throw error;
      verifier.fail({ file: part.path, line: line + 1 }, 'changed', `The file can't be unpacked from here on: ${error.message}`);
    }
    files.push({ file: part.path, lines: line });
  }
  return { ...verifier.finish(), files };
}

function family(path: string, archive: string | undefined): readonly LogPart[] {
  const parts = partsOf(path, archive);
  if (parts.length === 0) throw new Error('ENOENT: there is no such plain file, and none was rotated out of it');
  return [...parts].reverse();
}

const listed = (paths: readonly string[]): readonly LogPart[] =>
  paths.map((path) => {
    const part = partAt(resolve(path), path.endsWith('.gz'));
    if (part === undefined) throw new Error(`ENOENT: ${path} is no plain file`);
    return part;
  });

const isMoved = (error: unknown): boolean => error instanceof MovedError || (error as NodeJS.ErrnoException).code === 'ENOENT';

const readFailed = (what: string, error: unknown): TelemetryError =>
  new TelemetryError(
    'SINK_OPEN_FAILED',
    `${what} can't be read`,
    error instanceof MovedError ? 'It was rotated again and again while it was read' : (error as Error).message,
    'Name a log file that this user may read',
    { cause: error },
  );
