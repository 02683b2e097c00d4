import diagnostics from 'node:diagnostics_channel';

/**
 * Listens to a channel of Node with a function that never throws: Node would end the process for it.
 *
 * @returns What ends it; harmless when called again.
 */
export function subscribeTo(name: string | symbol, listener: (message: unknown) => void): () => void {
  // Held on to: there are platforms that forget a channel nobody holds, and its listeners with it.
  const channel = diagnostics.channel(name);
  const subscribed = (message: unknown): void => listener(message);
  channel.subscribe(subscribed);
  let isOn = true;
  return () => {
    if (isOn) channel.unsubscribe(subscribed);
    isOn = false;
  };
}
