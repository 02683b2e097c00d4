/** Colours of the page, as what draws on a canvas needs them: those of the style sheet. */

export type Theme = 'system' | 'light' | 'dark';

const STORED = 'telemetry-bus:theme';
const listeners = new Set<() => void>();

/** One of the tokens of `tokens.css`, such as `line-1`. */
export function colour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
}

/** Calls back when colours changed. @returns What ends it. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    // A browser may keep nothing.
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, theme);
  } catch {
    // It holds for this page all the same.
  }
  show(theme);
}

const systemIsDark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

/** The system may change its mind in the evening. */
export function watchSystemTheme(): void {
  systemIsDark().addEventListener('change', () => show(readTheme()));
}

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme === 'system' ? (systemIsDark().matches ? 'dark' : 'light') : theme;
  for (const listener of listeners) listener();
}
