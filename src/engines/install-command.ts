/** The command that installs models for people, as every door quotes it. */
export const installCommand = 'essence models download --all'
