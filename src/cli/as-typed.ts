/** How `bin/essence` was called, where that is by a path. */
const calledAs = process.env['ESSENCE_CALLED_AS']

/** Advice with the name by which the CLI was called: `./bin/essence models list` where no folder of PATH has it. */
export const asTyped = (text: string, name = calledAs): string =>
  name ? text.replaceAll(/(?<![\w@./-])essence(?= [a-z])/g, () => name) : text
