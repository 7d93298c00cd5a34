import {asJuneError} from '../server/june-error.ts'
import {WithCode} from '../ui/with-code.tsx'

/** What went wrong, and what may help; nothing where all is well. */
export const Trouble = ({error}: {error: unknown}) => {
  if (!error) return null
  const {message, suggestions} = asJuneError(error)
  return (
    <div className="trouble" role="alert">
      <p>{message}</p>
      {suggestions.map(step => (
        <p key={step} className="step">
          <WithCode>{step}</WithCode>
        </p>
      ))}
    </div>
  )
}
