import {type ComponentProps, useId} from 'react'

interface FieldProps extends ComponentProps<'input'> {
  label: string
  /** What is wrong with it. */
  problem?: string | undefined
  hint?: string | undefined
}

/** A line to fill in, with its name above and what is wrong below. */
export const Field = ({label, problem, hint, ...input}: FieldProps) => {
  const id = useId()
  const note = problem ?? hint
  return (
    <div className="form-field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="line"
        aria-invalid={problem !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        {...input}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={problem === undefined ? 'hint' : 'problem'}>
          {note}
        </p>
      )}
    </div>
  )
}
