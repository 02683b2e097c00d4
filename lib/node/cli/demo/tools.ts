/**
 * The tools of the agent. Each does real work on the tree and says what it found; `useTool` runs one as a span, so that
 * `tool.start` and `tool.stop` or `tool.exception` tell how long it took.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentEvents, type ToolMeasurements } from '../../../catalogues/agent';
import type { AgentTelemetry } from './agent-telemetry';
import type { FileCache } from './file-cache';
import { parses } from './syntax-check';
import type { Task } from './tasks';
import { exportsOf, isCheckable, listSourceFiles } from './tree';

export type ToolName = 'list_files' | 'search_symbol' | 'read_file' | 'count_exports' | 'check_syntax' | 'read_notes';

/** What tools work with, and what one leaves for the next. One per session. */
export interface Workbench {
  readonly telemetry: AgentTelemetry;
  readonly cache: FileCache;
  readonly root: string;
  /** Where the notes of the last session are. */
  readonly notes: string;
  readonly task: Task;
  readonly sessionId: string;
  readonly signal: AbortSignal;
  /** Filled by `list_files`. */
  files: readonly string[];
  /** The file with most matches; set by `search_symbol`. */
  bestFile: string | undefined;
}

interface Finding {
  /** For the model. */
  readonly text: string;
  readonly measurements: Omit<ToolMeasurements, 'duration'>;
}

type Tool = (bench: Workbench) => Promise<Finding>;

/** Children started by one call of `check_syntax`. */
const CHECKS_PER_CALL = 4;
const EXCERPT_LENGTH = 1_500;

/**
 * Runs a tool as a span.
 *
 * @returns What it found, in words.
 * @throws what the tool throws, after `tool.exception`.
 */
export function useTool(name: ToolName, bench: Workbench): Promise<string> {
  return bench.telemetry.measure(agentEvents.tool, { sessionId: bench.sessionId, tool: name }, async (span) => {
    const { text, measurements } = await TOOLS[name](bench);
    span.add(measurements);
    return text;
  });
}

const TOOLS: Readonly<Record<ToolName, Tool>> = {
  async list_files(bench) {
    bench.files = await listSourceFiles(bench.root, bench.task.folder, bench.signal);
    return {
      text: `${bench.files.length} source files:\n${bench.files.slice(0, 40).join('\n')}`,
      measurements: { files: bench.files.length },
    };
  },

  async search_symbol(bench) {
    const { symbol } = bench.task;
    const pattern = new RegExp(`(?<![\\w$])${symbol.replace(/[^\w]/g, '\\$&')}(?![\\w$])`, 'g');
    const found: { file: string; matches: number }[] = [];
    const bytes = await readEach(bench, (file, text) => {
      const matches = text.match(pattern)?.length ?? 0;
      if (matches > 0) found.push({ file, matches });
    });
    found.sort((left, right) => right.matches - left.matches);
    bench.bestFile = found[0]?.file;
    const matches = found.reduce((sum, entry) => sum + entry.matches, 0);
    const list = found.slice(0, 20).map((entry) => `${entry.file}: ${entry.matches}`);
    return { text: `${symbol} occurs ${matches} times:\n${list.join('\n')}`, measurements: { files: bench.files.length, matches, bytes } };
  },

  async read_file(bench) {
    const file = bench.bestFile ?? bench.files[0];
    if (file === undefined) return { text: 'There is no file to read.', measurements: { files: 0 } };
    const text = await read(bench, file);
    return { text: `${file}:\n${text.slice(0, EXCERPT_LENGTH)}`, measurements: { files: 1, bytes: Buffer.byteLength(text) } };
  },

  async count_exports(bench) {
    let matches = 0;
    const bytes = await readEach(bench, (_file, text) => {
      matches += exportsOf(text).length;
    });
    return { text: `${matches} names are exported.`, measurements: { files: bench.files.length, matches, bytes } };
  },

  async read_notes(bench) {
    const text = await readFile(bench.notes, { encoding: 'utf8', signal: bench.signal });
    return { text: text.slice(0, EXCERPT_LENGTH), measurements: { files: 1, bytes: Buffer.byteLength(text) } };
  },

  async check_syntax(bench) {
    const checkable = bench.files.filter(isCheckable);
    const count = Math.min(checkable.length, CHECKS_PER_CALL);
    const broken: string[] = [];
    for (let index = 0; index < count; index++) {
      // Begins elsewhere in each task, so that a large folder is covered in the long run.
      const file = checkable[(bench.task.number + index) % checkable.length]!;
      if (!(await parses(join(bench.root, file), bench.signal))) broken.push(file);
    }
    return {
      text: `${count} files checked, ${broken.length} do not parse. ${broken.join(' ')}`,
      measurements: { files: count, matches: broken.length },
    };
  },
};

const read = (bench: Workbench, file: string): Promise<string> => bench.cache.read(join(bench.root, file), bench.sessionId, bench.signal);

/** Shows every listed file to a function. Returns how many bytes that were. */
async function readEach(bench: Workbench, look: (file: string, text: string) => void): Promise<number> {
  let bytes = 0;
  for (const file of bench.files) {
    bench.signal.throwIfAborted();
    const text = await read(bench, file);
    bytes += Buffer.byteLength(text);
    look(file, text);
  }
  return bytes;
}
