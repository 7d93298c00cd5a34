/**
 * The last row of Levenshtein's table: at `j` the fewest insertions, deletions and substitutions from all of `from` to the first
 * `j` of `to`. 32 rows of the table are done at a time, as bits (Myers 1999, "A fast bit-vector algorithm for approximate string
 * matching"; in the form of Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances"), so that an
 * hour's characters take a second.
 */
export const lastRow = (from: readonly string[], to: readonly string[]): Int32Array => {
  const numbers = new Map<string, number>()
  for (const unit of to) if (!numbers.has(unit)) numbers.set(unit, numbers.size)
  const columns = Int32Array.from(to, unit => numbers.get(unit) ?? 0)
  /** What each column adds to the one before it, in the row above the block. */
  const steps = new Int8Array(to.length).fill(1)
  /** By unit: the rows of the block that hold it. */
  const rowsOf = new Int32Array(numbers.size)
  for (let first = 0; first < from.length; first += 32) {
    const block = from.slice(first, first + 32)
    rowsOf.fill(0)
    for (const [row, unit] of block.entries()) {
      const number = numbers.get(unit)
      if (number !== undefined) rowsOf[number] = (rowsOf[number] as number) | (1 << row)
    }
    const bottom = 1 << (block.length - 1)
    let [up, down] = [-1, 0]
    for (let column = 0; column < columns.length; column++) {
      const step = steps[column] as number
      const equal = rowsOf[columns[column] as number] as number
      const diagonal = equal | (step < 0 ? 1 : 0)
      const same = (((diagonal & up) + up) ^ up) | diagonal
      const more = down | ~(same | up)
      const less = up & same
      steps[column] = more & bottom ? 1 : less & bottom ? -1 : 0
      const moreAbove = (more << 1) | (step > 0 ? 1 : 0)
      const vertical = equal | down
      up = (less << 1) | (step < 0 ? 1 : 0) | ~(vertical | moreAbove)
      down = moreAbove & vertical
    }
  }
  const row = new Int32Array(to.length + 1)
  row[0] = from.length
  for (const [column, step] of steps.entries()) row[column + 1] = (row[column] as number) + step
  return row
}

/** Insertions, deletions and substitutions, the fewest that lead from one to the other. */
export const editDistance = (from: readonly string[], to: readonly string[]): number =>
  lastRow(from, to).at(-1) as number
