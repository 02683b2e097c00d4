import { type Ending, endings, flushTogether } from './endings';

/**
 * Has an error that ends the process logged, once, and what waits written before it ends. The monitor changes nothing
 * about the end: message, exit code and the application's own listeners stay as they are.
 *
 * @returns What takes it back; the last one removes the listener.
 */
export function watchCrashes(app: Ending): () => void {
  const all = endings();
  if (all.crashListener === undefined) {
    all.crashListener = (error, origin) => crashed(all.crashes, error, origin);
    process.on('uncaughtExceptionMonitor', all.crashListener);
  }
  all.crashes.add(app);
  return () => {
    if (!all.crashes.delete(app) || all.crashes.size > 0 || all.crashListener === undefined) return;
    process.off('uncaughtExceptionMonitor', all.crashListener);
    delete all.crashListener;
  };
}

function crashed(apps: Set<Ending>, error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void {
  const [first] = apps;
  try {
    // One record: whoever reads the files of two buses must not count two crashes.
    first?.crashed(error, origin);
  } finally {
    flushTogether(apps);
  }
}
