import { checkOptions, isFunction, type OptionRule, optionInvalid } from '../core/options';
import type { ChainHash } from './chain';
import { type ChainCheckOptions, type ChainReport, ChainVerifier } from './chain-verifier';

/** Options of {@link verifyChain}. */
export interface VerifyChainOptions extends ChainCheckOptions {
  /** What the lines were chained with. */
  readonly hash: ChainHash;
}

const MAX_HEADS = 1000;
const isHead = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const HEADS: OptionRule = [
  (value) => isHead(value) || (Array.isArray(value) && value.length <= MAX_HEADS && value.every(isHead)),
  '64 hexadecimal digits, or a list of at most 1,000 such',
];

/** Rules of what a chain is held against. */
export const CHECK_RULES: Readonly<Record<keyof ChainCheckOptions, OptionRule>> = { expectedHead: HEADS, isComplete: 'boolean' };

/**
 * Verifies lines that were chained: finds lines that were changed, deleted, inserted, repeated, reordered or stripped of their link,
 * each where it shows.
 *
 * Lines deleted at the beginning are found with `isComplete` only. The last lines of a writer are found missing against its
 * head in `expectedHead` only, be they at the end or among lines of others who wrote on: each writer chains its own lines, and nothing
 * refers to its last one, unless another writer began right after that. So record the `head` of each of the report's `writers`.
 * Without a key in the hash, whoever can write the lines can chain others in their place.
 *
 * @param lines - In the order they were written, with or without newlines.
 * @returns What is wrong; see {@link ChainReport}.
 * @throws {TelemetryError} rejecting: `OPTION_UNKNOWN`, `OPTION_INVALID`. What the lines or the hash throw passes.
 */
export async function verifyChain(lines: Iterable<string> | AsyncIterable<string>, options: VerifyChainOptions): Promise<ChainReport> {
  checkOptions('verifyChain', options, { hash: 'function', ...CHECK_RULES });
  if (!isFunction(options?.hash)) throw optionInvalid('verifyChain: hash', undefined, 'a function');
  const verifier = new ChainVerifier(options.hash, options);
  let number = 0;
  for await (const line of lines) {
    verifier.add(line.endsWith('\n') ? line.slice(0, -1) : line, { file: undefined, line: ++number });
  }
  return verifier.finish();
}
