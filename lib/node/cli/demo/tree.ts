/**
 * The source tree the demo works on: which files there are, and which names they export. Bounded in every direction, so
 * that a folder of any size can be given.
 */
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

/** Not the tree's own work. Folders whose name begins with a dot are left out as well. */
const IGNORED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage']);
const SOURCE: ReadonlySet<string> = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']);
/** What `node --check` reads. */
const CHECKABLE: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs']);
const LIMITS = { files: 2_000, folders: 2_000, depth: 12, fileBytes: 256 * 1024, symbols: 500 } as const;

const EXPORT =
  /^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|var|function\*?|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/gm;

/** What {@link surveyTree} found. Paths are relative to the folder. */
export interface Survey {
  readonly folder: string;
  readonly files: readonly string[];
  /** Exported names, or the names of the files where nothing is exported. */
  readonly symbols: readonly string[];
}

export const isCheckable = (file: string): boolean => CHECKABLE.has(extname(file));

/** The names a source text exports by declaration. */
export const exportsOf = (text: string): string[] => Array.from(text.matchAll(EXPORT), ([, name]) => name as string);

/**
 * Lists the source files in a folder and below, in alphabetical order. Links are not followed, so the walk neither
 * leaves the folder nor runs in circles; folders that may not be read are left out, and so are files over 256 KiB.
 *
 * @param root - What the paths in the result are relative to.
 * @param folder - Where to begin, relative to `root`; `''` is `root` itself.
 */
export async function listSourceFiles(root: string, folder: string, signal: AbortSignal): Promise<string[]> {
  const files: string[] = [];
  let folders = 0;

  async function visit(path: string, depth: number): Promise<void> {
    if (depth > LIMITS.depth || ++folders > LIMITS.folders) return;
    for (const entry of await entriesOf(path)) {
      if (signal.aborted || files.length >= LIMITS.files) return;
      const child = join(path, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !IGNORED.has(entry.name)) await visit(child, depth + 1);
      } else if (entry.isFile() && SOURCE.has(extname(entry.name)) && (await isSmall(child))) {
        files.push(relative(root, child));
      }
    }
  }

  await visit(join(root, folder), 0);
  return files;
}

/** Looks through a tree once, to know what there is to ask about it. Ends early when aborted. */
export async function surveyTree(folder: string, signal: AbortSignal): Promise<Survey> {
  const files = await listSourceFiles(folder, '', signal);
  const symbols = new Set<string>();
  for (const file of files) {
    if (signal.aborted || symbols.size >= LIMITS.symbols) break;
    const text = await readFile(join(folder, file), 'utf8').catch(() => '');
    for (const name of exportsOf(text)) symbols.add(name);
  }
  const names = symbols.size > 0 ? [...symbols] : files.map((file) => file.replace(/^.*[\\/]|\.\w+$/g, ''));
  return { folder, files, symbols: names.slice(0, LIMITS.symbols) };
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch {
    return [];
  }
}

async function isSmall(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size <= LIMITS.fileBytes;
  } catch {
    // Gone since the folder was read.
    return false;
  }
}
