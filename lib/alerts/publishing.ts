import { quietly } from '../core/quietly';

/** What the alerts do outside: what happens meanwhile, events and errors included, counts for no rule. */
export type Publish = <Result>(call: () => Result) => Result | undefined;

/**
 * Runs what tells of alerts, so that no alert is about an alert. Nothing gets out of it.
 *
 * @param hub - Where the rules get events and errors from.
 */
export function createPublish(hub: { isPublishing: boolean }): Publish {
  return (call) => {
    const before = hub.isPublishing;
    hub.isPublishing = true;
    try {
      return quietly(call);
    } finally {
      hub.isPublishing = before;
    }
  };
}
