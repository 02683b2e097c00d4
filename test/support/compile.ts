import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config, ts.sys, root);

export interface Compiled {
  /** Flattened messages with the line (from 1) they are about. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
  readonly instantiations: number;
}

/**
 * Compiles one file that exists only here, as if it stood in the given folder of this project, with this project's
 * compiler options; `telemetry-bus` means the sources.
 */
export function compile(source: string, folder = 'test/types', overrides: ts.CompilerOptions = {}): Compiled {
  const path = `${root}${folder}/virtual.ts`;
  const host = ts.createCompilerHost({ ...options, ...overrides });
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) =>
    name === path ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022, true) : getSourceFile.call(host, name, ...rest);
  host.fileExists = (name) => name === path || fileExists.call(host, name);
  host.readFile = (name) => (name === path ? source : readFile.call(host, name));
  const program = ts.createProgram([path], { ...options, declaration: false, isolatedDeclarations: false, ...overrides }, host);
  const file = program.getSourceFile(path)!;
  const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => ({
    line: file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line + 1,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
  }));
  return { errors, instantiations: program.getInstantiationCount() };
}
