import {Select} from '@base-ui/react/select'
import {Fragment} from 'react'

export interface Option<T extends string = string> {
  value: T
  label: string
  /** Those of one group stand together, under its name. */
  group?: string | undefined
}

interface ChoiceProps<T extends string> {
  label: string
  options: readonly Option<T>[]
  value: T
  onChange: (value: T) => void
}

/** One of many, in a list that opens. */
export const Choice = <T extends string>({label, options, value, onChange}: ChoiceProps<T>) => (
  <div className="choice">
    <Select.Root items={options} value={value} onValueChange={chosen => chosen !== null && onChange(chosen)}>
      <Select.Label className="field-label">{label}</Select.Label>
      <Select.Trigger className="choice-trigger">
        <Select.Value />
        <Select.Icon>
          <span className="choice-icon" />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner className="choice-positioner" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className="choice-popup">
            <Select.List>
              {[...Map.groupBy(options, option => option.group)].map(([group, members]) =>
                group === undefined ? (
                  <Fragment key="">
                    <Items options={members} />
                  </Fragment>
                ) : (
                  <Select.Group key={group}>
                    <Select.GroupLabel className="choice-group">{group}</Select.GroupLabel>
                    <Items options={members} />
                  </Select.Group>
                ),
              )}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  </div>
)

const Items = ({options}: {options: readonly Option[]}) =>
  options.map(({value, label}) => (
    <Select.Item key={value} value={value} className="choice-item">
      <Select.ItemText>{label}</Select.ItemText>
    </Select.Item>
  ))
