import {
  commandSpecs,
  environment,
  examples,
  exitCodes,
  optionSpecs,
  type CommandName,
  type CommandSpec,
  type OptionSpec,
} from './options.js';

const width = 80;
const column = 28;

/** The help of the program, or of one command. */
export function helpText(name?: CommandName): string {
  const spec = commandSpecs.find((one) => one.name === name);
  return `${spec ? commandHelp(spec) : programHelp()}\n`;
}

function programHelp(): string {
  const commands = commandSpecs.map(({ name, operands, summary }) => entry(`${name} ${operands}`, summary));
  return [
    'Usage: longrunning COMMAND [OPTIONS]',
    wrap(
      'Waits for long-running operations (google.longrunning) of Google and of any other service, over REST or gRPC.',
    ),
    section('Commands', commands),
    section('Options', [
      entry('-h, --help', "This help, or that of a command: 'longrunning wait --help'."),
      entry('--version', 'The version.'),
    ]),
    section('Exit status', exitStatus()),
    section('Environment', environmentEntries()),
    section('Examples', exampleEntries()),
  ].join('\n\n');
}

function commandHelp({ name, operands, text }: CommandSpec): string {
  return [
    `Usage: longrunning ${name} ${operands} [OPTIONS]`,
    wrap(text),
    section('Options', [...optionEntries(name), entry('-h, --help', 'This help.')]),
    section('Exit status', exitStatus(name)),
    section('Examples', exampleEntries(name)),
  ].join('\n\n');
}

function section(title: string, entries: readonly string[]): string {
  return [`${title}:`, ...entries].join('\n');
}

function optionEntries(command: CommandName): string[] {
  return optionSpecs
    .filter(({ commands }) => commands.includes(command))
    .map((option) => entry(optionSynopsis(option), option.text));
}

/** An option as in a synopsis: `-o, --output text|json`. */
export function optionSynopsis({ name, short, value }: OptionSpec): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** The exit codes; for a command that does not wait, those that it has. */
function exitStatus(command?: CommandName): string[] {
  const hasWait = command === undefined || command === 'wait' || command === 'cancel';
  return exitCodes
    .filter(([code]) => hasWait || [0, 2, 3].includes(code))
    .map(([code, meaning]) => entry(String(code), hasWait ? meaning : meaning.replace(/ After a wait: .*/, '')));
}

function environmentEntries(): string[] {
  return environment.map(([name, meaning]) => entry(name, meaning));
}

function exampleEntries(command?: CommandName): string[] {
  return examples
    .filter(([, , commands]) => command === undefined || commands.includes(command))
    .map(([text, lines]) => `  ${text}\n    ${lines.replaceAll('\n', '\n    ')}`);
}

/** A term and its description beside it, or below if the term is long. */
function entry(term: string, description: string): string {
  const lines = wrapLines(description, width - column);
  const head = `  ${term}`;
  const first = head.length + 2 <= column ? `${head.padEnd(column)}${lines.shift() ?? ''}` : head;
  return [first, ...lines.map((line) => `${' '.repeat(column)}${line}`)].join('\n');
}

function wrap(text: string): string {
  return wrapLines(text, width).join('\n');
}

/** Breaks a text into lines of at most so many columns, between words. */
export function wrapLines(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
