import { type Ending, endings, flushTogether } from './endings';

/** What signals end a process that does not say otherwise. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Those that the option `signals` names. */
export const endingSignals = (signals: boolean | readonly NodeJS.Signals[] = false): readonly NodeJS.Signals[] =>
  signals === true ? ENDING_SIGNALS : signals === false ? [] : signals;

/**
 * Has what waits written when a signal comes. Unless the application listens to it as well, the process is then ended by
 * that very signal, so that its status says what ended it.
 *
 * @param does - `end`, or `reopen`: opens the files again, and does not end anything.
 * @returns What takes it back.
 */
export function watchSignal(signal: NodeJS.Signals, app: Ending, does: 'end' | 'reopen'): () => void {
  const { signals } = endings();
  let watch = signals.get(signal);
  if (watch === undefined) {
    const created = { ending: new Set<Ending>(), reopening: new Set<Ending>(), listener: () => received(signal) };
    process.on(signal, created.listener);
    signals.set(signal, created);
    watch = created;
  }
  const { ending, reopening, listener } = watch;
  const apps = does === 'end' ? ending : reopening;
  apps.add(app);
  return () => {
    apps.delete(app);
    if (ending.size + reopening.size > 0 || signals.get(signal)?.listener !== listener) return;
    signals.delete(signal);
    process.off(signal, listener);
  };
}

function received(signal: NodeJS.Signals): void {
  const watch = endings().signals.get(signal);
  if (watch === undefined) return;
  const { ending, reopening, listener } = watch;
  for (const app of reopening) app.reopen();
  if (ending.size === 0) return;
  flushTogether(ending);
  // Others that listen decide about the end themselves, and log on until then.
  if (reopening.size > 0 || process.listenerCount(signal) > 1) return;
  process.off(signal, listener);
  process.kill(process.pid, signal);
}
