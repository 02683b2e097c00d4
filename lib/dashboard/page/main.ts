/** The dashboard: signs in, and shows the views. Built into one script; see `config/tools/build-dashboard.mjs`. */
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/page.css';
import './styles/parts.css';
import type { PanelList } from '../wire/panels';
import { ApiProblem, createApi } from './api';
import { show } from './dom';
import { problemBox } from './parts';
import { Shell } from './shell';
import { signIn } from './sign-in';
import { applyTheme, readTheme, watchSystemTheme } from './theme';
import { VIEWS } from './views/index';
import { panelView } from './views/panel';

/** The script is at `<base>/admin/monitoring/assets/…`, wherever the API is mounted, and whatever proxies make of its path. */
const base = new URL('../../..', import.meta.url).pathname.replace(/\/$/, '');

async function begin(): Promise<void> {
  applyTheme(readTheme());
  watchSystemTheme();
  const host = document.getElementById('app') as HTMLElement;
  const api = createApi(base);
  for (;;) {
    const session = await signIn(host, api, `${base}/admin/monitoring`);
    try {
      await new Shell({ host, api, session, root: `${base}/admin/monitoring`, views: [...VIEWS, ...(await panels())] }).run();
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 401)) throw error;
    }
  }

  /** One view for each panel of the application. */
  async function panels(): Promise<ReturnType<typeof panelView>[]> {
    const { panels: all } = await api.get<PanelList>('/admin/panels');
    return all.map(panelView);
  }
}

begin().catch((error: Error) => {
  const host = document.getElementById('app');
  if (host !== null) show(host, problemBox({ message: `${error.message}. Load the page again`, code: 'The page failed' }));
  // Whoever looks into the console is to see where.
  setTimeout(() => {
    throw error;
  });
});
