/** One line of a stack: where a call was. */
export interface Frame {
  /** As the engine has it: `Repository.find`, `main/<`. Empty: a function without a name, or code outside of functions. */
  readonly functionName: string;
  /** Path or address of the file, as the engine has it. Empty: the engine's own code. */
  readonly file: string;
  /** From 1; 0 where it is not told. */
  readonly line: number;
  /** From 1; 0 where it is not told. */
  readonly column: number;
  /** The call waited for the one above it. */
  readonly isAsync: boolean;
}

/** Code of runtimes and of browsers' extensions. `self-hosted` is SpiderMonkey's own JavaScript, `ext:` is Deno's. */
const FOREIGN_SCHEME =
  /^(?:node|bun|deno|ext|internal|native|self-hosted|resource|chrome|(?:chrome|moz|safari(?:-web)?)-extension)(?::|$)|^internal\//;
/** The second one is this library where it is linked instead of installed. */
const FOREIGN_FOLDER = /[\\/](?:node_modules|telemetry-bus[\\/]dist)[\\/]/;

/**
 * Whether a frame is of the application: not of the runtime, of an installed package, or of this library.
 *
 * A package that a bundler copied into the application's own files can't be told from it.
 */
export const isApplicationFrame = ({ file }: Frame): boolean => file !== '' && !FOREIGN_SCHEME.test(file) && !FOREIGN_FOLDER.test(file);

/** Names that engines give to what has none, or that say where code began and not what it does. */
const NAMELESS = new Set<string>(['<anonymous>', 'anonymous', 'module code', 'global code', 'eval code', 'eval']);
const CODE_SUFFIX = /\.[cm]?[jt]sx?$/;
/** The part of a bundle's name that changes with its content: esbuild's 8 of base 32, or 8 and more with a digit in them. */
const CONTENT_HASH = /[.-](?:[A-Z2-7]{8}|(?=[A-Za-z]*\d)[A-Za-z0-9]{8,64})$/;

/**
 * Which place a frame is, whatever the machine, the folder of the checkout, the line and the build: the name of the file
 * without its folders, its ending (`.ts` in development is `.js` in production), its query and a bundler's content hash;
 * then the name of the function without what it was called on: V8 writes the class of `this`, which differs from call to
 * call where a method is inherited, and JavaScriptCore writes none.
 */
export const placeOf = ({ file, functionName }: Frame): string => `${fileName(file)}:${plainName(functionName)}`;

function fileName(file: string): string {
  const end = file.search(/[?#]/);
  const path = end === -1 ? file : file.slice(0, end);
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(CODE_SUFFIX, '');
  return name.replace(CONTENT_HASH, '');
}

function plainName(functionName: string): string {
  if (functionName.endsWith('<anonymous>')) return '';
  // SpiderMonkey: `main/</<` is a function without a name in one without a name in `main`; `x<` is what `x` is made by.
  const path = functionName.replace(/<$/, '');
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('.')) + 1).replace(/^(?:get|set) /, '');
  return NAMELESS.has(name) ? '' : name;
}
