import { subscribeTo } from '../channels/subscribe-to';

/**
 * Listens to several channels of Node; what a listener throws goes nowhere.
 *
 * @returns What ends it.
 */
export function subscribeAll(listeners: Readonly<Record<string, (message: never) => void>>): () => void {
  const stops = Object.entries(listeners).map(([name, listener]) =>
    subscribeTo(name, (message) => {
      try {
        listener(message as never);
      } catch {
        // A request of a shape nobody knows is not told of.
      }
    }),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
