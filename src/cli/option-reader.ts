import { UsageError } from './command.js';
import { parseDuration } from './duration.js';
import { optionSynopsis } from './help.js';
import { didYouMean } from './nearest.js';
import { optionSpecs, type CommandName, type OptionName, type OptionSpec } from './options.js';
import { printable } from './printable.js';

/** The values of the options that were given. */
export type OptionValues = Readonly<Partial<Record<OptionName, string | boolean | readonly string[]>>>;

/** Reads the values of options, and checks them. */
export class OptionReader {
  readonly #command: CommandName;
  readonly #values: OptionValues;

  constructor(command: CommandName, values: OptionValues) {
    this.#command = command;
    this.#values = values;
  }

  flag(option: OptionName): boolean {
    return this.#values[option] === true;
  }

  text(option: OptionName): string | undefined {
    const value = this.#values[option] as string | undefined;
    return value === '' ? this.#throwInvalid(option, value) : value;
  }

  list(option: OptionName): readonly string[] {
    return (this.#values[option] as readonly string[] | undefined) ?? [];
  }

  choice<T extends string>(option: OptionName, choices: readonly T[]): T | undefined {
    const value = this.text(option);
    return value === undefined || choices.includes(value as T)
      ? (value as T | undefined)
      : this.#throwInvalid(option, value, didYouMean(value, choices));
  }

  duration(option: OptionName): number | undefined {
    const value = this.text(option);
    return value === undefined
      ? undefined
      : (parseDuration(value) ?? this.#throwInvalid(option, value, ', but 90s, 30m or 1h30m is'));
  }

  number(option: OptionName): number | undefined {
    const value = this.text(option);
    if (value === undefined) return undefined;
    return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : this.#throwInvalid(option, value);
  }

  /** The options as arguments, without some of them. */
  repeated(omitted: readonly OptionName[]): string[] {
    return optionSpecs
      .filter(({ name }) => this.#values[name] !== undefined && !omitted.includes(name))
      .flatMap(({ name, value }) => {
        const given = [this.#values[name]].flat() as (string | boolean)[];
        return given.flatMap((one) => (value === undefined ? [`--${name}`] : [`--${name}`, String(one)]));
      });
  }

  assertKnown(): void {
    const unknown = optionSpecs.find(
      ({ name, commands }) => this.#values[name] !== undefined && !commands.includes(this.#command),
    );
    if (!unknown) return;
    const others = unknown.commands.map((command) => `'${command}'`).join(', ');
    throw new UsageError(`'${this.#command}' has no option --${unknown.name}, it is for ${others}`, this.#command);
  }

  /** `cancel` has the options of a wait, with --wait only. */
  assertNoWaitOptions(): void {
    const options: readonly OptionName[] = [
      'timeout',
      'any',
      'all',
      'fail-fast',
      'poll-every',
      'history',
      'history-key',
      'output',
      'descriptors',
    ];
    const given = options.find((option) => this.#values[option] !== undefined);
    if (this.#command === 'cancel' && given) throw new UsageError(`--${given} needs --wait`, 'cancel');
  }

  assertBoth(one: OptionName, other: OptionName): void {
    if (this.#values[one] === undefined || this.#values[other] !== undefined) return;
    throw new UsageError(`--${one} needs --${other}`, this.#command);
  }

  assertNotBoth(one: OptionName, other: OptionName): void {
    if (this.#values[one] === undefined || this.#values[other] === undefined) return;
    throw new UsageError(`--${one} and --${other} exclude each other`, this.#command);
  }

  #throwInvalid(option: OptionName, value: string, hint = ''): never {
    const spec = optionSpecs.find(({ name }) => name === option) as OptionSpec;
    throw new UsageError(`${optionSynopsis(spec)}: '${printable(value)}' is not valid${hint}`, this.#command);
  }
}
