// What time it is by June's clock: a device's own may be wrong by days, and what was said is dated by hers.

/** ms that the clocks may differ: an answer's date is in whole seconds, and takes a while. */
const toleratedMs = 10_000

/** ms that June's clock is ahead of the device's. */
let aheadMs = 0

/** ms since 1970. As long as June has not answered, by the device's clock. */
export const now = (): number => Date.now() + aheadMs

/** Takes the time from an answer of June's. */
export const learnTime = ({headers}: Response): void => {
  const measured = Date.parse(headers.get('date') ?? '') - Date.now()
  if (Math.abs(measured - aheadMs) > toleratedMs) aheadMs = Math.abs(measured) > toleratedMs ? measured : 0
}
