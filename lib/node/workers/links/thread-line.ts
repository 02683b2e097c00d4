import { readQuestion } from '../message';
import { askOf, openChannel, post, REPORTS, WHO } from './channels';
import type { Line, LineOwner } from './line';

/** The way out of a worker thread. What was posted is in the hands of the others, even if the thread ends in the same turn. */
export function openThreadLine(owner: LineOwner): Line {
  const onMessage = (message: unknown): void => {
    const question = readQuestion(message);
    if (question !== undefined) owner.onQuestion(question);
  };
  const channels = [openChannel(WHO, onMessage), openChannel(askOf(owner.id), onMessage)];
  const sendNow = (): void => post(REPORTS, owner.makeReport(false));
  return {
    kind: 'thread',
    isTold: true,
    send: async () => sendNow(),
    sendNow,
    close() {
      for (const channel of channels) channel.close();
    },
  };
}
