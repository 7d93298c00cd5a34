import {exitStatuses} from '@essence/core/cli/exit-statuses'
import {errorTable} from '@essence/core/kit/errors'

/** @throws Error when a status has no meaning: a new one needs a sentence in src/cli/exit-statuses.ts */
export const exitCodesPage = (): string => {
  const statuses = exitStatuses().map(({exit, meaning, codes}) => {
    if (!meaning) throw new Error(`exit status ${exit} has no meaning in src/cli/exit-statuses.ts`)
    const behind = codes.map(code => `\`${code}\``).join(', ')
    return `- **${exit}**: ${meaning}${behind && ` (${behind})`}`
  })
  const errors = Object.entries(errorTable).map(
    ([code, {exit, kind, retryable}]) => `| \`${code}\` | ${exit} | ${kind} | ${retryable ? 'yes' : 'no'} |`,
  )
  return `# Exit statuses

What a script can rely on. \`essence exit-codes\` prints the same, also with \`--json\`.

${statuses.join('\n')}

## Errors

With \`--json\`, a failure prints the same envelope as a success, with \`ok: false\` and
\`error: {code, message, exit, suggestions, cause?}\`. The codes below do not change; the messages may.

Whose turn it is: the \`user\`'s, the \`environment\`'s (this machine), the \`remote\`'s (another server), or ours (\`bug\`).
"Try again" says whether the same command, unchanged, may work later.

| code | status | whose turn | try again |
| --- | ---: | --- | --- |
${errors.join('\n')}
`
}
