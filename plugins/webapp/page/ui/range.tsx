import {Slider} from '@base-ui/react/slider'

interface RangeProps {
  label: string
  value: number
  min: number
  max: number
  step: number
  format: Intl.NumberFormatOptions
  /** Language of the number. */
  locale: string
  onChange: (value: number) => void
}

/** A number within bounds, on a rail. */
export const Range = ({label, onChange, ...rail}: RangeProps) => (
  <Slider.Root className="range" onValueChange={onChange} {...rail}>
    <Slider.Label className="field-label">{label}</Slider.Label>
    <Slider.Value className="range-value" />
    <Slider.Control className="range-control">
      <Slider.Track className="range-track">
        <Slider.Indicator className="range-filled" />
        <Slider.Thumb className="range-thumb" />
      </Slider.Track>
    </Slider.Control>
  </Slider.Root>
)
