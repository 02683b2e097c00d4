import type { View } from '../view';
import { alertsView } from './alerts';
import { configView } from './config';
import { endpointsView } from './endpoints';
import { errorsView } from './errors';
import { eventsView } from './events';
import { handlersView } from './handlers';
import { healthView } from './health';
import { logsView } from './logs';
import { overviewView } from './overview';
import { requestsView } from './requests';
import { securityView } from './security';
import { slowView } from './slow';
import { systemView } from './system';

/** The views in the order of the menu. */
export const VIEWS: readonly View[] = [
  overviewView,
  eventsView,
  endpointsView,
  errorsView,
  logsView,
  requestsView,
  securityView,
  slowView,
  healthView,
  alertsView,
  systemView,
  handlersView,
  configView,
];
