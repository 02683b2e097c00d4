import type { SessionInfo } from '../wire/session';
import { type Api, ApiProblem } from './api';
import { h, show } from './dom';

/**
 * Finds out who looks: by the ticket in the address, which is used up and taken out of it, by the session there is, or by a token that
 * somebody types. Goes on asking until there is somebody.
 */
export async function signIn(host: HTMLElement, api: Api, root: string): Promise<SessionInfo> {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
  let why = '';
  if (ticket !== null) {
    // Neither the history of the browser nor somebody behind the screen needs it.
    history.replaceState(null, '', location.pathname + location.search);
    try {
      return await api.send<SessionInfo>('POST', '/admin/session', { ticket });
    } catch (error) {
      why = refusal(error, 'This link was used already, or is too old. Make a new one, or sign in with a token');
    }
  }
  try {
    const session = await api.get<SessionInfo>('/admin/session');
    return session;
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) why = refusal(error, why);
  }
  return askForToken(host, api, root, why);
}

const refusal = (error: unknown, otherwise: string): string =>
  error instanceof ApiProblem && error.status !== 401 ? error.message : otherwise;

function askForToken(host: HTMLElement, api: Api, root: string, first: string): Promise<SessionInfo> {
  return new Promise((resolve) => {
    let [why, isAsking] = [first, false];

    function submit(event: Event): void {
      event.preventDefault();
      if (isAsking) return;
      const field = (event.target as HTMLFormElement).elements.namedItem('token') as HTMLInputElement;
      const token = field.value.trim();
      field.value = '';
      isAsking = true;
      render();
      api.send<SessionInfo>('POST', '/admin/session', { token }).then(resolve, (error: unknown) => {
        isAsking = false;
        why = refusal(error, 'This is not the token of this program');
        render();
        document.getElementById('token')?.focus();
      });
    }

    function render(): void {
      const form = h(
        'form',
        { class: 'sign-in-form', on: { submit } },
        h('h1', {}, 'telemetry-bus'),
        h('p', {}, 'Sign in with the admin token of this program.'),
        why !== '' && h('p', { class: 'problem', role: 'alert', key: 'why' }, why),
        h('label', { for: 'token' }, 'Token'),
        h('input', { id: 'token', name: 'token', type: 'password', autocomplete: 'current-password', autofocus: true, maxlength: 512 }),
        h('button', { type: 'submit', class: 'button main', disabled: isAsking }, isAsking ? 'Asking…' : 'Sign in'),
        h(
          'details',
          {},
          h('summary', {}, 'Where is the token?'),
          h(
            'ul',
            {},
            h('li', {}, 'Given to serveAdmin or createAdmin as token: where your program has its secrets.'),
            h('li', {}, 'Otherwise one was made at the start: the terminal of the program shows it, or names the file that has it.'),
            h('li', {}, 'server.loginUrl() makes a link that signs in once, without a token.'),
          ),
        ),
      );
      show(host, h('main', { class: 'sign-in', key: 'sign-in', 'data-root': root }, form));
    }
    document.title = 'Sign in · telemetry-bus';
    render();
  });
}
