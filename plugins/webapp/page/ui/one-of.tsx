import {Radio} from '@base-ui/react/radio'
import {RadioGroup} from '@base-ui/react/radio-group'
import {useId} from 'react'
import type {Option} from './choice.tsx'

interface OneOfProps<T extends string> {
  label: string
  options: readonly Option<T>[]
  value: T
  onChange: (value: T) => void
  /** What the one that is chosen means. */
  hint?: string | undefined
}

/** One of few, all in sight. */
export const OneOf = <T extends string>({label, options, value, onChange, hint}: OneOfProps<T>) => {
  const id = useId()
  return (
    <div className="one-of">
      <span id={id} className="field-label">
        {label}
      </span>
      <RadioGroup
        className="segments"
        aria-labelledby={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        value={value}
        onValueChange={onChange}
      >
        {options.map(option => (
          <Radio.Root key={option.value} value={option.value} className="segment">
            {option.label}
          </Radio.Root>
        ))}
      </RadioGroup>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  )
}
