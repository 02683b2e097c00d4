/** Debian's Chromium, and a page in it that notices whatever must not happen: errors, breaches of the policy, requests to elsewhere. */
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

const ARGS = [
  // As root it has no sandbox; what it shows is ours.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export const SIZES = { wide: { width: 1360, height: 900 }, phone: { width: 360, height: 740 } } as const;

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ARGS });

export interface Watched {
  readonly page: Page;
  /** What must not happen; empty when all is well. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface PageOptions {
  readonly size?: keyof typeof SIZES;
  readonly theme?: 'light' | 'dark';
  readonly permissions?: string[];
}

/** Opens an empty page for a server at `url`. */
export async function openPage(browser: Browser, url: string, { size = 'wide', theme = 'light' }: PageOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: theme, acceptDownloads: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => {
    // That something was not reached or refused is what some tests are about; the page tells of it.
    const isNetwork = /Failed to load resource|net::ERR_/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isNetwork) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith('blob:') && new URL(to).origin !== origin) complaints.push(`request to ${to}`);
  });
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))",
  );
  return { page, complaints, close: () => context.close() };
}
