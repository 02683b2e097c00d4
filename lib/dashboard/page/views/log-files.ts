import type { LogFile, LogFiles } from '../../wire/handlers';
import { h, type VNode } from '../dom';
import { ago, bytes, dateTime, timeOf } from '../format';
import { card, empty, waiting } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';

/** The log files, to be saved. */
export function logFiles(page: Page, answer: LogFiles | undefined): VNode {
  const columns: readonly Column<LogFile>[] = [
    {
      id: 'name',
      title: 'File',
      value: ({ name }) => name,
      // The browser sends the cookie of the session with it.
      show: ({ name }) => h('a', { class: 'mono', href: page.api.href(`/admin/files/${encodeURIComponent(name)}`), download: name }, name),
    },
    { id: 'stream', title: 'Stream', value: ({ stream }) => stream, show: ({ stream }) => stream, isMinor: true },
    { id: 'bytes', title: 'Size', isNumber: true, value: ({ bytes: size }) => size, show: ({ bytes: size }) => bytes(size) },
    {
      id: 'modified',
      title: 'Last written',
      value: ({ modified }) => timeOf(modified),
      show: ({ modified }) => h('span', { title: dateTime(timeOf(modified)) }, ago(timeOf(modified), page.now())),
    },
  ];
  return card(
    'Log files',
    { key: 'files' },
    answer === undefined
      ? waiting(page, 'files')
      : table(page, {
          label: 'Log files',
          param: 'files_sort',
          columns,
          rows: answer.files,
          key: ({ name }) => name,
          empty: empty(
            'This program writes no log files that are known here. startTelemetry writes them, and what it returned tells this page of them:',
            "import { startTelemetry } from 'telemetry-bus/node';\n\nawait using app = await startTelemetry({ app: 'shop', logDir: 'logs' });",
          ),
        }),
  );
}
