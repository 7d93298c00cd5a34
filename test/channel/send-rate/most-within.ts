/** The most moments that lie in any stretch of so many ms. */
export const mostWithin = (moments: readonly number[], ms: number): number =>
  Math.max(0, ...moments.map(from => moments.filter(at => at >= from && at < from + ms).length))
