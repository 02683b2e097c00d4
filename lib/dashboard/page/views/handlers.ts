import type { Handlers, LogFiles } from '../../wire/handlers';
import type { SystemState } from '../../wire/system';
import type { VNode } from '../dom';
import { bytes, count, percent } from '../format';
import { grid, tile, tiles, waiting } from '../parts';
import { exportedTable } from '../table';
import { apiPath } from '../url-state';
import type { Page, View } from '../view';
import { handlersCard, handlerTable } from './handlers-table';
import { total } from './sinks-account';
import { filesCard } from './sinks-files';
import { logCard, sinksCard, storageCard } from './sinks-tables';

export const handlersView: View = {
  id: 'handlers',
  title: 'Handlers, sinks',
  key: 'd',
  group: 'How it is',
  create: (page) => ({
    sources: () => ({
      handlers: apiPath('/admin/handlers', { limit: 500 }),
      system: apiPath('/admin/system', { samples: 0 }),
      files: '/admin/files',
    }),
    render() {
      const [handlers, system] = [page.data<Handlers>('handlers'), page.data<SystemState>('system')];
      return handlers === undefined || system === undefined ? waiting(page, 'handlers', 'system') : shown(page, handlers, system);
    },
    exported() {
      const handlers = page.data<Handlers>('handlers');
      return handlers && exportedTable(page, 'handlers', handlerTable(page, handlers));
    },
  }),
};

function shown(page: Page, handlers: Handlers, system: SystemState): VNode {
  const files = page.data<LogFiles>('files');
  return grid(
    headline(handlers, system, files),
    handlersCard(page, handlers),
    sinksCard(page, system.log),
    logCard(system.log),
    storageCard(system.storage),
    filesCard(page, files),
  );
}

function headline({ handlers, total: all }: Handlers, { log, storage }: SystemState, files: LogFiles | undefined): VNode {
  const failures = handlers.reduce((sum, one) => sum + one.failures, 0);
  const open = handlers.filter(({ state }) => state === 'open').length;
  const share = handlers.reduce((sum, { cost }) => sum + (cost?.share ?? 0), 0);
  const accounts = [...(log?.sinks ?? []), ...(storage === null ? [] : [storage])];
  const lost = accounts.reduce((sum, { dropped }) => sum + total(dropped), 0);
  const queued = accounts.reduce((sum, one) => sum + one.queued, 0);
  const size = files?.files.reduce((sum, one) => sum + one.bytes, 0);
  return tiles(
    tile('Handlers', count(all), {
      under: open === 0 ? 'none is held back' : `${count(open)} held back`,
      ...(open > 0 && { tone: 'bad' }),
    }),
    tile('Their failures', count(failures), { ...(failures > 0 && { tone: 'warn' }), under: 'of these' }),
    tile('Time in handlers', percent(share), { under: 'while measured' }),
    tile('Lines', count(log?.lines), { under: log === null ? 'there is no log' : 'since the start' }),
    tile('Waiting', count(queued), { under: 'not written yet' }),
    tile('Dropped', count(lost), { tone: lost > 0 ? 'bad' : 'good', under: 'lines, by any sink' }),
    tile('Log files', bytes(size), {
      under: files === undefined ? ' ' : `in ${count(files.total)} ${files.total === 1 ? 'file' : 'files'}`,
    }),
  );
}
