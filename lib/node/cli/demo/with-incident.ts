import { alertsOf } from '../../../entries/alerts';
import { webhookTarget } from '../../alerts/index';
import type { AgentTelemetry } from './agent-telemetry';
import { type Incident, schedule } from './incident';
import type { StandInModel } from './model';
import type { Shows } from './observe';
import { startReceiver } from './receiver';
import type { VitalsWatch } from './vitals';

export interface IncidentParts {
  /** `undefined`: there is none, and nothing is watched. */
  readonly incident: Incident | undefined;
  readonly telemetry: AgentTelemetry;
  readonly model: Pick<StandInModel, 'turn' | 'port'>;
  /** Is told where the model is. */
  readonly vitals: VitalsWatch | undefined;
  /** Told of what has arrived at the receiver, and of how the machine is. */
  readonly show: Pick<Shows, 'alert' | 'vitals'>;
}

const RULE = 'slow_answers';
const CONDITION = 'mean("agent.llm.response") > 400ms in 2s for 1s';

/**
 * Does something while the model turns slow and recovers, and while a rule watches its answers: this is the file to read to
 * see how a program has somebody told. It leaves no handler, timer, connection or server behind.
 */
export async function withIncident(parts: IncidentParts, work: () => Promise<void>): Promise<void> {
  const { incident, telemetry, model, vitals, show } = parts;
  if (incident === undefined) return work();
  const receiver = await startReceiver((alert) => show.alert(alert, receiver.place));
  const alerts = alertsOf(telemetry);
  let callOff = (): void => undefined;
  try {
    // A real receiver is on another machine, at an https:// address, and looked at more seldom.
    alerts.configure({ every: '1s', targets: [webhookTarget({ url: receiver.url, allowPrivate: ['127.0.0.1'] })] });
    // A bus that was here before has it already.
    alerts.removeRule(RULE);
    alerts.addRule({ name: RULE, when: CONDITION, summary: 'Answers of the model take {value} on average (limit {threshold})' });
    alerts.start();
    if (vitals !== undefined) {
      vitals.askModel(`http://127.0.0.1:${model.port}/`);
      show.vitals(vitals.now);
    }
    callOff = schedule(
      incident,
      () => model.turn('slow'),
      () => model.turn('usual'),
    );
    await work();
  } finally {
    callOff();
    await alerts.stop();
    await receiver.close();
  }
}
