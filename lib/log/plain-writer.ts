import { isLoggerName } from './gate';
import { callOf, type GateMethods, type Receive } from './loglevel';
import { NO_FIELDS } from './payload';
import type { Pipeline } from './pipeline';
import type { Route, Routes } from './routes';
import type { Source } from './source';
import type { PlainLine } from './writer';

/** What is prepared for the lines of a name. */
interface Prepared {
  readonly routes: Routes;
  readonly name: string;
  readonly methods: GateMethods;
  readonly source: Source;
  readonly route: Route;
}

let passed = false;
const pass: Receive = () => {
  passed = true;
};

/** Names beyond these are prepared anew each time: they may be made of data. */
const MAX_NAMES = 200;

/** Writes lines for parts of this library that bring their own level, error and mark. */
export class PlainWriter {
  private readonly known = new Map<string, Prepared>();

  constructor(private readonly pipeline: () => Pipeline) {}

  /** The name of a logger with the app. A name that can't be one gives way to `errors`. */
  nameOf(shortName: string): string {
    return `${this.pipeline().settings.resource.app ?? 'app'}.${isLoggerName(shortName) ? shortName : 'errors'}`;
  }

  /** Whether a level passes. Some 20 ns: wrappers ask with every call. */
  isEnabled(shortName: string, level: PlainLine['level']): boolean {
    passed = false;
    callOf(level)(this.prepared(shortName).methods, level, pass, undefined, undefined, undefined);
    return passed;
  }

  /** Writes a line if its level passes. */
  write(shortName: string, line: PlainLine): void {
    if (!this.isEnabled(shortName, line.level)) return;
    const { name, source, route } = this.prepared(shortName);
    this.pipeline().plain(name, source, line, route, false);
  }

  private prepared(shortName: string): Prepared {
    const { routes, writer, gate } = this.pipeline();
    const known = this.known.get(shortName);
    if (known?.routes === routes) return known;
    const name = this.nameOf(shortName);
    const prepared = {
      routes,
      name,
      methods: gate.of(name),
      source: writer.loggerSource(name, NO_FIELDS),
      route: routes.to(name, undefined),
    };
    if (this.known.size >= MAX_NAMES) this.known.clear();
    this.known.set(shortName, prepared);
    return prepared;
  }
}
