/**
 * The program whose stacks are recorded beside this file: compiled by `esbuild --format=esm`, with a last line that prints what
 * `recordStacks()` resolves to, and run by each engine from the folder named in `where`, which was then renamed to /srv/app.
 */
function loadUser(id: number): never {
  throw new TypeError(`no user ${id} (at least not here)`);
}

class Repository {
  constructor(isBroken = false) {
    if (isBroken) throw new RangeError('broken');
  }

  static open(): Repository {
    return new Repository(true);
  }

  get first(): never {
    return loadUser(1);
  }

  find(id: number): never {
    return loadUser(id);
  }

  reveal(): never {
    return this.#secret();
  }

  async fetch(id: number): Promise<never> {
    await null;
    return loadUser(id);
  }

  async outer(): Promise<never> {
    return await this.fetch(3);
  }

  #secret(): never {
    return loadUser(9);
  }
}

const api: Record<string, (id: number) => never> = {};
api.find = (id) => loadUser(id);

// biome-ignore lint/security/noGlobalEval: how engines write frames of an eval is what is recorded.
const evaluate: (code: string) => unknown = globalThis.eval;

const SITUATIONS: Readonly<Record<string, () => unknown>> = {
  plain: () => loadUser(1),
  method: () => new Repository().find(2),
  constructor: () => Repository.open(),
  private: () => new Repository().reveal(),
  getter: () => new Repository().first,
  async: () => new Repository().outer(),
  property: () => api.find?.(2),
  evaluated: () => evaluate('(function evaluated() { throw new Error("evaluated"); })()'),
  'new Function': () => new Function('call', 'return call(5)')(loadUser),
  computed: () => ({ 'a b': (id: number) => loadUser(id) })['a b'](7),
  native: () => [3, 1].map((id) => loadUser(id)),
  json: () => JSON.parse('{"a": 1'),
  anonymous: () =>
    (() => {
      throw new Error('anonymous');
    })(),
  'promise all': () => Promise.all([1, new Repository().fetch(11)]),
  generator: () => [
    ...(function* values() {
      yield loadUser(14);
    })(),
  ],
  'message of lines': () => {
    throw new Error('first line\n    at fake (/srv/app/fake.js:1:1)\nfake@/srv/app/fake.js:1:1');
  },
};

/** The stack of what each situation throws. */
export async function recordStacks(): Promise<Record<string, string>> {
  const stacks: Record<string, string> = {};
  for (const [name, run] of Object.entries(SITUATIONS)) {
    try {
      await run();
    } catch (error) {
      stacks[name] = String((error as Error).stack);
    }
  }
  return stacks;
}
