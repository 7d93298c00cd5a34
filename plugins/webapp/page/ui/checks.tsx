import type {ComponentProps} from 'react'

interface ChecksProps extends Omit<ComponentProps<'input'>, 'value'> {
  label: string
  options: readonly {value: string; label: string}[]
  /** What is wrong with the choice. */
  problem?: string | undefined
}

/** Several of few. */
export const Checks = ({label, options, problem, ...input}: ChecksProps) => (
  <fieldset className="check-list">
    <legend className="field-label">{label}</legend>
    {options.map(option => (
      <label key={option.value} className="check-line">
        <input type="checkbox" value={option.value} {...input} />
        {option.label}
      </label>
    ))}
    {problem !== undefined && <p className="problem">{problem}</p>}
  </fieldset>
)
