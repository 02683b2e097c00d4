/**
 * The stand-in for a model: an HTTP server on the loopback interface that knows one plan per kind of task.
 *
 * Its answers are canned and its waiting times are drawn by lot, in the shape real models have: most answers come after
 * some 60 ms, few after a second or two, and one request in fifty is refused. But it does wait: whoever asks measures
 * time that has passed. It can be told to be slow, for an incident. Whoever asks with GET is told that it is well.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TaskKind } from './tasks';
import type { ToolName } from './tools';

/** What is sent to the model. */
export interface Question {
  readonly prompt: string;
  /** Stands in for understanding the prompt. */
  readonly task: TaskKind;
  /** How many findings the prompt holds already. */
  readonly findings: number;
}

/** What comes back: the next step, or, without one, the end. */
export interface Answer {
  readonly text: string;
  readonly step?: Step;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Work for an agent, to be done with a tool. */
export interface Step {
  readonly agent: string;
  readonly tool: ToolName;
}

export interface StandInModel {
  readonly port: number;
  /** From now on answers take most of a second more, or as long as before. */
  turn(pace: 'slow' | 'usual'): void;
  /** Closes the server and every connection; answers under way are not given. */
  close(): Promise<void>;
}

const LOOK: Step = { agent: 'explorer', tool: 'list_files' };
const PLANS: Readonly<Record<TaskKind, readonly Step[]>> = {
  'find-uses': [LOOK, { agent: 'explorer', tool: 'search_symbol' }, { agent: 'reader', tool: 'read_file' }],
  'count-exports': [LOOK, { agent: 'analyst', tool: 'count_exports' }],
  'check-syntax': [LOOK, { agent: 'checker', tool: 'check_syntax' }],
  'read-notes': [{ agent: 'reader', tool: 'read_notes' }],
  'think-long': [],
};

const MEDIAN_MS = 60;
const REFUSED_SHARE = 0.02;
const STUCK_SHARE = 0.015;
/** Longer than anybody waits. */
const LONG_THOUGHT_MS = 60_000;
/** With it answers still come before those who ask give up. */
const SLOW_MS = 750;
const CHARACTERS_PER_TOKEN = 4;
const MAX_QUESTION_CHARACTERS = 1_000_000;

/**
 * Starts the model on a free port of 127.0.0.1.
 *
 * @param random - Numbers from 0 up to 1; tests bring their own.
 * @param track - Gets between the server and what answers: request tracking.
 */
export function startModel(
  random: () => number = Math.random,
  track: (listener: RequestListener) => RequestListener = (listener) => listener,
): Promise<StandInModel> {
  let extraMs = 0;
  const server = createServer(
    track((request, response) => {
      void serve(request, response, random, extraMs);
    }),
  );
  // Longer than sessions pause between two questions: a connection must not close just as it is used again.
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        turn(pace) {
          extraMs = pace === 'slow' ? SLOW_MS : 0;
        },
        close: () => close(server),
      });
    });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, random: () => number, extraMs: number): Promise<void> {
  if (request.method === 'GET') return answerAfter(response, extraMs, () => response.writeHead(200).end('well'));
  try {
    const question = JSON.parse(await bodyOf(request)) as Question;
    const answer = JSON.stringify(answerTo(question));
    const isRefused = random() < REFUSED_SHARE;
    const wait = question.task === 'think-long' ? LONG_THOUGHT_MS : waitMs(random) + extraMs;
    answerAfter(response, wait, () => {
      if (isRefused) response.writeHead(503).end('The model is overloaded.');
      else response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
  } catch {
    // Whoever asked has gone, or did not ask what can be answered.
    response.writeHead(400).end();
  }
}

/** Nobody waits any more when the connection is closed first. */
function answerAfter(response: ServerResponse, waitMs: number, answer: () => void): void {
  const timer = setTimeout(answer, waitMs);
  response.once('close', () => clearTimeout(timer));
}

function answerTo({ prompt, task, findings }: Question): Answer {
  const step = PLANS[task][findings];
  const text = step ? `Let ${step.agent} use ${step.tool}.` : `Done: ${prompt.slice(prompt.lastIndexOf('\n\n') + 2).slice(0, 200)}`;
  const tokens = { inputTokens: tokensIn(prompt), outputTokens: tokensIn(text) };
  return step ? { text, step, ...tokens } : { text, ...tokens };
}

/** Log-normal around the median (Box-Muller), with a second or two on top for the few that are stuck in a queue. */
function waitMs(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const stuckMs = random() < STUCK_SHARE ? 1_000 + 1_000 * random() : 0;
  return MEDIAN_MS * Math.exp(0.6 * normal) + stuckMs;
}

/** A rule of thumb for English and code; a real model counts for itself. */
const tokensIn = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const part of request) {
    body += part as string;
    if (body.length > MAX_QUESTION_CHARACTERS) throw new Error('The question is too long');
  }
  return body;
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
