import type { HttpOptions } from '../../../../../lib/http/options';
import { type RawClient, rawClient } from '../../../../support/http/raw';
import { until } from '../../../../support/http/recording';
import { type TestApp, testApp } from '../app';
import type { CaseName, Driver, Served } from '../driver';

/** Cases by their names. Each serves an application of its own. */
export type Cases<Name extends CaseName> = Readonly<Record<Name, (driver: Driver) => Promise<void>>>;

export interface Running extends TestApp {
  readonly url: string;
  readonly served: Served;
}

interface Surroundings {
  readonly options?: HttpOptions;
  /** `GET /stream` stops after its first chunk. */
  readonly isHeld?: boolean;
}

/** Serves the application of a case, and ends it whatever happens. */
export async function withApp(
  driver: Driver,
  body: (running: Running) => Promise<void>,
  { options = {}, isHeld }: Surroundings = {},
): Promise<void> {
  const app = testApp(options, isHeld);
  const served = await driver.serve(app.spec);
  try {
    await body({ ...app, served, url: served.url });
    await until(() => served.tracking.stats().inFlight === 0, 'no request under way');
  } finally {
    app.waits.open();
    await served.close();
    app.stop();
  }
}

/** The same with a client on a socket. */
export const withClient = (
  driver: Driver,
  body: (running: Running, client: RawClient) => Promise<void>,
  more?: Surroundings,
): Promise<void> =>
  withApp(
    driver,
    async (running) => {
      const client = await rawClient(running.url);
      try {
        await body(running, client);
      } finally {
        client.destroy();
      }
    },
    more,
  );

export const HOST = 'Host: shop.test\r\n';
