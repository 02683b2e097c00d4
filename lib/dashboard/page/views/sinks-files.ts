/** The log files of the program, by stream. */
import type { LogFile, LogFiles } from '../../wire/handlers';
import { type Child, h, type VNode } from '../dom';
import { bytes, count, timeOf } from '../format';
import { bar, card, empty, waiting, when } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';

const NO_FILES = `import { startTelemetry } from 'telemetry-bus/node';

const app = await startTelemetry({ app: 'shop', logDir: 'logs' }); // files of the preset web
await serveAdmin(app);`;

interface Stream {
  readonly name: string;
  readonly bytes: number;
  /** The newest first. */
  readonly files: readonly LogFile[];
}

/** Files by stream, the largest stream first. */
export function streamsOf(files: readonly LogFile[]): readonly Stream[] {
  const streams = new Map<string, LogFile[]>();
  for (const file of files) streams.set(file.stream, [...(streams.get(file.stream) ?? []), file]);
  return [...streams]
    .map(([name, own]): Stream => ({ name, files: own, bytes: own.reduce((sum, one) => sum + one.bytes, 0) }))
    .sort((one, other) => other.bytes - one.bytes);
}

/** The clock of a disk may be another one than the program's. */
const written = (page: Page, file: LogFile | undefined): Child =>
  when(page, file && Math.min(page.now(), timeOf(file.modified) ?? page.now()));

const download = (page: Page, { name, bytes: size }: LogFile): Child =>
  h(
    'a',
    {
      class: 'mono',
      href: page.api.href(`/admin/files/${encodeURIComponent(name)}`),
      download: name,
      title: `Downloads ${name}, ${bytes(size)}`,
    },
    name,
  );

export function filesCard(page: Page, all: LogFiles | undefined): VNode {
  if (all === undefined) return card('Log files', {}, waiting(page, 'files'));
  const streams = streamsOf(all.files);
  const whole = Math.max(1, ...streams.map((stream) => stream.bytes));
  const columns: readonly Column<Stream>[] = [
    { id: 'stream', title: 'Stream', value: ({ name }) => name, show: ({ name }) => h('b', {}, name) },
    { id: 'size', title: 'On disk', value: (row) => row.bytes, show: (row) => bar(row.bytes / whole, bytes(row.bytes)) },
    { id: 'files', title: 'Files', isNumber: true, value: ({ files }) => files.length, show: ({ files }) => count(files.length) },
    {
      id: 'newest',
      title: 'Written to',
      value: ({ files }) => timeOf(files[0]?.modified),
      show: ({ files }) => written(page, files[0]),
    },
    { id: 'file', title: 'Newest', value: ({ files }) => files[0]?.name, show: ({ files }) => files[0] && download(page, files[0]) },
  ];
  const isOpen = ({ name }: Stream): boolean => page.param('stream') === name;
  return card(
    'Log files',
    { aside: streams.length > 0 && 'a row has all files of its stream' },
    table(page, {
      label: 'Log files by stream',
      param: 'files_sort',
      columns,
      rows: streams,
      key: ({ name }) => name,
      open: (stream) => page.setParams({ stream: isOpen(stream) ? undefined : stream.name }),
      isOpen,
      detail: (stream) => filesTable(page, stream.files),
      empty: empty(
        'This program writes no log files that the admin API knows of. startTelemetry does, and its application is to be given to serveAdmin:',
        NO_FILES,
      ),
    }),
    all.total > all.files.length && h('p', { class: 'more' }, `${count(all.total - all.files.length)} more files are not shown`),
  );
}

function filesTable(page: Page, files: readonly LogFile[]): VNode {
  return table<LogFile>(page, {
    label: 'Files of this stream',
    param: 'stream_sort',
    columns: [
      { id: 'name', title: 'File', value: ({ name }) => name, show: (file) => download(page, file) },
      { id: 'bytes', title: 'Size', isNumber: true, value: (file) => file.bytes, show: (file) => bytes(file.bytes) },
      { id: 'modified', title: 'Written to', value: ({ modified }) => modified, show: (file) => written(page, file) },
      { id: 'compressed', title: '', isMinor: true, show: ({ compressed }) => compressed && h('span', { class: 'quiet' }, 'compressed') },
    ],
    rows: files,
    key: ({ name }) => name,
    most: 100,
  });
}
