import { isFunction } from '../../core/options';
import { quietly } from '../../core/quietly';
import { isObject, read } from '../../core/read';
import type { CheckContext, CheckDetails, CheckFunction } from '../result';

const ignore = (): void => undefined;

/** Whether a value has methods of these names. */
export const hasMethods = (value: unknown, ...names: readonly string[]): boolean =>
  isObject(value) && names.every((name) => isFunction(read(value, name)));

/**
 * A check that uses a driver's object. Most drivers announce a lost connection as an event `error`, and one that nobody listens to ends
 * the process: as the check may have opened the connection, it listens, from its first run until it is removed. Others who listen
 * hear of it as before.
 */
export function driverCheck(emitter: object, check: (context: CheckContext) => Promise<CheckDetails | undefined>): CheckFunction {
  let isListening = false;
  const tell = (method: 'on' | 'off'): void => {
    if (hasMethods(emitter, 'on', 'off'))
      quietly(() => (emitter as Record<'on' | 'off', (...args: unknown[]) => void>)[method]('error', ignore));
  };
  const run: CheckFunction = (context) => {
    if (!isListening) tell('on');
    isListening = true;
    return check(context) as Promise<CheckDetails>;
  };
  run[Symbol.dispose] = () => {
    if (isListening) tell('off');
    isListening = false;
  };
  return run;
}
