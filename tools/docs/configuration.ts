import type {SettingsGroup, Variable} from '@essence/core/config/declaration'
import {retired} from '@essence/core/config/schema'

/** Of each group that has any, its heading and its variables that are read, or planned. */
const sectionsOf = (groups: readonly SettingsGroup[], planned: boolean) =>
  groups
    .map(({heading, services, variables}) => ({
      heading,
      services,
      variables: Object.entries(variables).filter(([, about]) => (about.planned ?? false) === planned),
    }))
    .filter(({variables}) => variables.length > 0)

const sentence = ({help, unset, default: fallback}: Variable): string =>
  unset && fallback === undefined ? `${help}. Unset: ${unset}` : help

/** `.env.example`: everything commented out, so that a copy of it changes nothing. */
export const envExample = (groups: readonly SettingsGroup[]): string => {
  const parts = sectionsOf(groups, false).map(({heading, variables}) => {
    const lines = variables
      // The file cannot name itself.
      .filter(([name]) => name !== 'ENV_SH')
      .map(
        ([name, about]) => `# ${sentence(about)}.\n# Expected: ${about.expected}.\n#${name}=${about.default ?? ''}\n`,
      )
    return `### ${heading}\n\n${lines.join('\n')}`
  })
  return `# Settings of Essence: copy this file to .env and take the # away from what you change.
# A shell must be able to read the file too: put values with blanks or signs in 'single quotes'.
# Generated from src/config and the plugins by tools/write-docs.ts.

${parts.join('\n')}`
}

/** A variable as an item of a list: tables of sentences are too wide to read. */
const item = (name: string, about: Variable, last: string): string => {
  const fallback = about.default === undefined ? '' : `, default \`${about.default}\``
  const meaning = `${sentence(about)}. Expected: ${about.expected}.${about.secret ? ' **Secret.**' : ''}`
  return `- \`${name}\`${fallback}: ${meaning} ${last}`
}

export const configurationPage = (groups: readonly SettingsGroup[]): string => `# Configuration

Every setting is an environment variable. Where one is given in several places, the first of these wins:

1. a flag of the command;
2. the environment;
3. the file named by \`ENV_SH\`; only when that is not set, the file \`.env\` in the working directory;
4. the default.

An empty value is the same as none. \`essence config\` shows every setting, its value and where it comes from (secrets are
never shown), \`essence config NAME\` explains one. A value that is not valid stops the command with exit status 3, and the
message names all such values at once, each with its file and line.

## The environment file

Lines of the form \`NAME=value\` or \`export NAME=value\`, and comments. The file is read as data; nothing in it is executed
and nothing is replaced: \`$HOME\` stays \`$HOME\`. A deployment sources the same file with a shell, so put a value with
blanks, \`#\`, \`$\`, quotation marks or other signs in \`'single quotes'\`; where a shell would read something else, a warning
names the line. Variables that are not named below are not passed on.

A plugin brings settings of its own: once it is installed, they are read, checked and shown with the rest. \`channels\` below
are the services and commands that run turns.

Three defaults differ from June's own files, which are made for its containers:

- the devices are \`auto\` instead of \`cuda:0\`: a GPU where one works, otherwise the CPU;
- \`STT_URL\` and \`TTS_URL\` are unset, which means "in this process", instead of the names of containers;
- passwords and keys have no default.

${sectionsOf(groups, false)
  .map(
    ({heading, services = ['all'], variables}) => `## ${heading}

${variables.map(([name, about]) => item(name, about, `Read by: ${(about.services ?? services).join(', ')}.`)).join('\n')}
`,
  )
  .join('\n')}
## Planned

Nothing reads these yet. One that is set is named in a warning, and its value is not checked.

${sectionsOf(groups, true)
  .flatMap(({heading, variables}) => variables.map(([name, about]) => item(name, about, `Of: ${heading}.`)))
  .join('\n')}

## Variables without effect

June's own services knew these; a file that sets one gets a warning.

${Object.entries(retired)
  .map(([name, instead]) => `- \`${name}\`: ${instead}`)
  .join('\n')}
`
