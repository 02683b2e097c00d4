/**
 * One session of the agent: it takes a task, asks the model what to do, has an agent do it with a tool, shows the model
 * what was found, and so on until the model has no next step. This is the file to read to see how a program emits.
 */
import { agentEvents } from '../../../catalogues/agent';
import type { MessageObject } from '../../../errors/messages/format';
import { userMessage } from '../../../errors/messages/user-messages';
import type { AgentTelemetry } from './agent-telemetry';
import type { FileCache } from './file-cache';
import type { Answer, Step } from './model';
import type { ModelClient } from './model-client';
import type { Task } from './tasks';
import { useTool, type Workbench } from './tools';

/** What all sessions share. */
export interface SessionContext {
  readonly telemetry: AgentTelemetry;
  readonly model: ModelClient;
  readonly cache: FileCache;
  /** The tree. */
  readonly root: string;
  /** Where the notes of the last session are; see `openNotes`. */
  readonly notes: string;
  /** Is given what people are told when something failed. */
  readonly tell: (message: MessageObject) => void;
  /** Interrupts the session. */
  readonly signal: AbortSignal;
}

const MODEL = 'stand-in';
/** What a session works with. */
type Bench = Workbench & Pick<SessionContext, 'tell'>;

/** A plan has four steps at most; a model that goes on and on is stopped. */
const MAX_ROUNDS = 8;

/**
 * Runs a session to its end and never throws: what goes wrong is told by events.
 *
 * `session.start`, then `session.stop` with status `ok`, or `error` when it was interrupted, or, when the model gives
 * no answer, `session.error`.
 *
 * @returns Whether it went well.
 */
export async function runSession(task: Task, context: SessionContext): Promise<boolean> {
  const { telemetry, signal } = context;
  const sessionId = `s-${task.number}`;
  const begin = performance.now();
  telemetry.execute(agentEvents.session.start, { count: 1 }, { sessionId, task: task.kind });
  try {
    await work({ ...context, task, sessionId, files: [], bestFile: undefined }, context.model);
    telemetry.execute(agentEvents.session.stop, { duration: performance.now() - begin }, { sessionId, status: 'ok' });
    return true;
  } catch (reason) {
    const duration = performance.now() - begin;
    if (signal.aborted) telemetry.execute(agentEvents.session.stop, { duration }, { sessionId, status: 'error' });
    else {
      telemetry.execute(agentEvents.session.error, { duration }, { sessionId, reason });
      context.tell(userMessage(reason, { format: 'json' }));
    }
    return false;
  }
}

async function work(bench: Bench, model: ModelClient): Promise<void> {
  const findings: string[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { step } = await askModel(bench, model, findings);
    if (step === undefined) return;
    findings.push(await dispatchAgent(bench, step));
  }
  throw new Error(`The model came to no end in ${MAX_ROUNDS} rounds`);
}

/** A span over three events of the catalogue: `llm.request`, then `llm.response` or `llm.error`. */
function askModel({ telemetry, sessionId, task, signal }: Workbench, model: ModelClient, findings: readonly string[]): Promise<Answer> {
  const prompt = ['You are a coding agent.', task.question, ...findings].join('\n\n');
  const events = { start: agentEvents.llm.request, stop: agentEvents.llm.response, exception: agentEvents.llm.error };
  return telemetry.measure(events, { sessionId, model: MODEL, prompt }, async (span) => {
    const answer = await model.ask({ prompt, task: task.kind, findings: findings.length }, signal);
    span.add({ inputTokens: answer.inputTokens, outputTokens: answer.outputTokens });
    return answer;
  });
}

/** One event before, `agent.dispatch`, and one after, `agent.complete`, which says whether it went well. */
function dispatchAgent(bench: Bench, { agent, tool }: Step): Promise<string> {
  const { telemetry, sessionId, task, signal } = bench;
  const metadata = { sessionId, agent, task: task.kind };
  return telemetry.executeWithStartComplete(agentEvents.agent.dispatch, agentEvents.agent.complete, metadata, async (span) => {
    // Stays unless the tool gets to its end.
    span.set({ ok: false });
    try {
      const found = await useTool(tool, bench);
      span.set({ ok: true });
      return found;
    } catch (reason) {
      if (signal.aborted) throw reason;
      bench.tell(userMessage(reason, { format: 'json' }));
      // A tool that fails is news for the model, not the end of the session.
      return `${tool} failed: ${String(reason)}`;
    }
  });
}
