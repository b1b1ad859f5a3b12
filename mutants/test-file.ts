import { expect } from 'expect';
import { bind } from 'jest-each';

export type Body = () => unknown;

/** A `describe` with its hooks. */
export interface Suite {
  readonly beforeAll: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
  readonly afterAll: Body[];
}

export interface Test {
  readonly name: string;
  /** From the outermost to its own. */
  readonly suites: readonly Suite[];
  readonly body: Body;
}

type Declare = (name: string, body: Body) => void;

/** The tests that a file declares, by functions like those of Jest. */
export class TestFile {
  readonly tests: Test[] = [];
  #suites: readonly Suite[] = [newSuite()];
  #names: readonly string[] = [];

  /** What `@jest/globals` has, apart from `jest`. */
  readonly globals = {
    expect,
    describe: withForms((name, body) => this.#describe(name, body)),
    it: withForms((name, body) => this.#declare(name, body)),
    test: withForms((name, body) => this.#declare(name, body)),
    beforeAll: (body: Body) => this.#suites.at(-1)!.beforeAll.push(body),
    beforeEach: (body: Body) => this.#suites.at(-1)!.beforeEach.push(body),
    afterEach: (body: Body) => this.#suites.at(-1)!.afterEach.push(body),
    afterAll: (body: Body) => this.#suites.at(-1)!.afterAll.push(body),
  };

  #describe(name: string, body: Body): void {
    const [suites, names] = [this.#suites, this.#names];
    this.#suites = [...suites, newSuite()];
    this.#names = [...names, name];
    body();
    [this.#suites, this.#names] = [suites, names];
  }

  #declare(name: string, body: Body): void {
    this.tests.push({ name: [...this.#names, name].join(' '), suites: this.#suites, body });
  }
}

function newSuite(): Suite {
  return { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
}

/** With `.each` and `.skip`. */
function withForms(declare: Declare): Declare & { each: unknown; skip: unknown } {
  const skip = Object.assign(() => undefined, { each: () => () => undefined });
  return Object.assign(declare, { each: bind(declare as never, false), skip });
}
