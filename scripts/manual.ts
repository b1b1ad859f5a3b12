// The manual page in docs/cli.md, written from the data of the help.
import { optionSynopsis, wrapLines } from '../src/cli/help.js';
import { commandSpecs, environment, examples, exitCodes, optionSpecs } from '../src/cli/options.js';

const indent = ' '.repeat(7);
const width = 80;

/** The manual page as text. */
export function manual(): string {
  const sections: [string, string[]][] = [
    ['NAME', [paragraph('longrunning - wait for long-running operations (google.longrunning)')]],
    [
      'SYNOPSIS',
      [commandSpecs.map(({ name, operands }) => `${indent}longrunning ${name} ${operands} [OPTIONS]\n`).join('')],
    ],
    ['COMMANDS', commandSpecs.map(({ name, operands, text }) => term(`${name} ${operands}`, text))],
    [
      'OPTIONS',
      optionSpecs.map((option) => term(optionSynopsis(option), `${option.text} (${option.commands.join(', ')})`)),
    ],
    ['EXIT STATUS', exitCodes.map(([code, meaning]) => term(String(code), meaning))],
    ['ENVIRONMENT', environment.map(([name, meaning]) => term(name, meaning))],
    ['EXAMPLES', examples.map(([text, command]) => `${paragraph(text)}\n${indented(command, `${indent}    `)}`)],
  ];
  return sections.map(([title, parts]) => `${title}\n${parts.join('\n')}`).join('\n');
}

function term(name: string, text: string): string {
  return `${indent}${name}\n${paragraph(text, `${indent}    `)}`;
}

function paragraph(text: string, margin = indent): string {
  return indented(wrapLines(text, width - margin.length).join('\n'), margin);
}

function indented(text: string, margin: string): string {
  return text
    .split('\n')
    .map((line) => `${margin}${line}\n`)
    .join('');
}
